import { LeaseError, readStored } from "@tenure/core";
import type {
  Believe,
  FailureFacts,
  JournalEntry,
  ServerEngine,
  Snapshot,
  StoreGuarantees,
  StoreProbe,
  SwapOptions,
  SwapOutcome,
} from "@tenure/core";
import type { LeaseEvent, LeaseRecord } from "@tenure/schema";
import { changes } from "./changes.ts";
import { commitOf, readLine, revisionOfLine } from "./commit.ts";
import { hadNoEffect, storeFailure } from "./failure.ts";
import type { Gateway } from "./gateway.ts";
import type { Keys } from "./keys.ts";
import { askServer, guaranteesOf, probeOf, type Member } from "./server.ts";
import { raiseFloor, readRevision, snapshotOf, standingOf, wholeWrite } from "./standing.ts";
import { readTxn, txnBody, type Operation, type TxnAnswer } from "./txn.ts";

const TXN = "/v3/kv/txn";
/** Keys that are got at once. */
const LINES_A_PAGE = 200;
const KEYS_A_PAGE = 1_000;

export interface EtcdEngineParts {
  readonly gateway: Gateway;
  readonly keys: Keys;
  readonly storeId: string;
  /** `null`: not told. */
  readonly members: readonly Member[] | null;
}

/** Leases as keys of an etcd cluster. It knows names, records and revisions, and no rule of leases. None of its keys ever expires. */
export class EtcdEngine implements ServerEngine {
  readonly engine = "etcd";
  readonly storeId: string;
  readonly guarantees: StoreGuarantees;
  readonly #gateway: Gateway;
  readonly #keys: Keys;

  constructor({ gateway, keys, storeId, members }: EtcdEngineParts) {
    this.storeId = storeId;
    this.guarantees = guaranteesOf(members);
    this.#gateway = gateway;
    this.#keys = keys;
  }

  async look(name: string, signal: AbortSignal | undefined): Promise<Snapshot> {
    const { snapshot } = await this.#read(name, signal);
    return snapshot;
  }

  async swap(
    expected: Snapshot,
    record: LeaseRecord,
    event: LeaseEvent,
    { signal }: SwapOptions,
  ): Promise<SwapOutcome> {
    const revision = readRevision(expected.revision);
    if (revision === null) return { outcome: "conflict" };
    const { txn, snapshot } = commitOf(this.#keys, expected, revision, record, event);
    let answer: TxnAnswer;
    let isAnswered = false;
    try {
      const told = await this.#gateway.call(TXN, txnBody(txn), { signal, isRepeatable: false });
      isAnswered = true;
      answer = readTxn(told);
    } catch (error) {
      if (!isAnswered && hadNoEffect(error)) throw error;
      return { outcome: "unknown", cause: error };
    }
    if (answer.succeeded) return { outcome: "committed", snapshot: snapshot(answer) };
    this.#assertThisStore(answer);
    return { outcome: "conflict" };
  }

  /** A write that is told whole stands as it was told: whoever builds on it compares anyway. Anything else is read. */
  async *watch(name: string, believe: Believe, signal: AbortSignal): AsyncGenerator<Snapshot, void, void> {
    const keys = this.#keys;
    let seen: string | undefined;
    let revision = 0n;
    const read = async (): Promise<Snapshot> => {
      const found = await this.#read(name, signal);
      ({ revision } = found);
      return found.snapshot;
    };
    try {
      while (!signal.aborted) {
        let snapshot = await believe(read);
        if (snapshot.revision !== seen) yield snapshot;
        seen = snapshot.revision;
        if (signal.aborted) return;
        // Once the cluster has dropped what came after this, all begins again.
        for await (const change of changes(this.#gateway, keys.lease(name), revision + 1n, signal)) {
          // A read has told it already.
          if (change.revision <= revision) continue;
          // The first write of a lease may be that of another store, after all of this one's keys were deleted.
          const whole = snapshot.epochFloor === 0 ? null : wholeWrite(keys, name, change.put);
          if (whole === null) snapshot = await believe(read);
          else {
            ({ revision } = change);
            const told = snapshotOf({ keys, name, storeId: this.storeId }, change.cluster, whole);
            snapshot = await believe(() => Promise.resolve(told));
          }
          if (snapshot.revision !== seen) yield snapshot;
          seen = snapshot.revision;
          if (signal.aborted) return;
        }
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async *journal(name: string, after: string | undefined): AsyncGenerator<JournalEntry, void, void> {
    let from = (after === undefined ? 0 : (readRevision(after)?.line ?? 0)) + 1;
    for (;;) {
      const { found, cluster } = await this.#get([{ get: this.#keys.lines(name, from), limit: LINES_A_PAGE }]);
      const [lines = []] = found;
      for (const line of lines) {
        const { event, record } = readStored(`etcd at ${line.key}`, name, () => readLine(line.value));
        yield { revision: revisionOfLine(this.#keys, cluster, line, record), event, record };
      }
      const last = lines.at(-1);
      if (last === undefined || lines.length < LINES_A_PAGE) return;
      from = this.#keys.lineOf(last.key) + 1;
    }
  }

  async list(): Promise<readonly string[]> {
    const names = new Set<string>();
    for (let after = ""; ;) {
      const { found } = await this.#get([{ get: this.#keys.all(after), limit: KEYS_A_PAGE, keysOnly: true }]);
      const more = found[0] ?? [];
      for (const { key } of more) {
        const name = this.#keys.nameOf(key);
        if (name !== null) names.add(name);
      }
      after = more.at(-1)?.key ?? "";
      if (more.length < KEYS_A_PAGE) return [...names];
    }
  }

  async probe(): Promise<StoreProbe> {
    return probeOf(this.storeId, await askServer(this.#gateway));
  }

  raiseFloor(
    name: string,
    epoch: number,
    { revision, floorWaitMs }: Pick<Snapshot, "revision" | "floorWaitMs">,
  ): string {
    return raiseFloor(this.#keys, name, { epoch, waitMs: floorWaitMs, lines: readRevision(revision)?.line ?? 0 });
  }

  failure(error: unknown, doing: string, facts?: FailureFacts): LeaseError {
    return storeFailure(error, doing, facts);
  }

  close(): Promise<void> {
    this.#gateway.close();
    return Promise.resolve();
  }

  /** What stands for a lease, and at which revision of the cluster. */
  async #read(
    name: string,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly snapshot: Snapshot; readonly revision: bigint }> {
    const { found, cluster, revision } = await this.#get(standingOf(this.#keys, name), signal);
    const snapshot = snapshotOf({ keys: this.#keys, name, storeId: this.storeId }, cluster, found);
    return { snapshot, revision: BigInt(revision) };
  }

  /** Gets what stands at one revision of the cluster, of this store and no other. */
  async #get(success: readonly Operation[], signal?: AbortSignal): Promise<TxnAnswer> {
    const { store } = this.#keys;
    const compare = [{ key: store, value: this.storeId }];
    const txn = { compare, success, failure: [{ get: { key: store } }] };
    const answer = readTxn(await this.#gateway.call(TXN, txnBody(txn), { signal, isRepeatable: true }));
    if (!answer.succeeded) this.#assertThisStore(answer);
    return answer;
  }

  /** @throws LeaseError when a transaction failed because the cluster holds another store by now, or none. */
  #assertThisStore({ found }: TxnAnswer): void {
    const there = found[0]?.[0]?.value;
    if (there === this.storeId) return;
    throw new LeaseError(
      "ESTOREUNAVAILABLE",
      `etcd: ${this.#keys.store} names ${there === undefined ? "no store any more" : `store ${there}`}, and store ${this.storeId} was ` +
        "opened: its keys were deleted, or another cluster answers. Restore them, or stop all leaders before they begin anew",
    );
  }
}
