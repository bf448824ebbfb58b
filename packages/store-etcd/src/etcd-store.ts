import { assertWritable, epochIsTaken, LeaseError, readStored, SeenEpochs } from "@tenure/core";
import type {
  FenceStorage,
  JournalEntry,
  LeaseStore,
  RequestOptions,
  Snapshot,
  StoreGuarantees,
  StoreProbe,
  SwapOptions,
  SwapOutcome,
} from "@tenure/core";
import type { LeaseEvent, LeaseRecord } from "@tenure/schema";
import { assertLeaseName } from "@tenure/schema/light";
import { changes, type Change } from "./changes.ts";
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

export interface EtcdStoreParts {
  readonly gateway: Gateway;
  readonly keys: Keys;
  readonly storeId: string;
  /** `null`: not told. */
  readonly members: readonly Member[] | null;
  readonly seenEpochs: FenceStorage | undefined;
}

/** What stands for a lease at a revision of the cluster. */
interface Seen {
  readonly snapshot: Snapshot;
  readonly revision: bigint;
}

interface Found {
  readonly cluster: string;
  readonly revision: bigint;
  readonly found: TxnAnswer["found"];
}

/** Leases as keys of an etcd cluster. It knows names, records and revisions, and no rule of leases. None of its keys ever expires. */
export class EtcdStore implements LeaseStore {
  readonly storeId: string;
  readonly guarantees: StoreGuarantees;
  readonly #gateway: Gateway;
  readonly #keys: Keys;
  readonly #seen: SeenEpochs;
  readonly #closing = new AbortController();

  constructor({ gateway, keys, storeId, members, seenEpochs }: EtcdStoreParts) {
    this.storeId = storeId;
    this.guarantees = guaranteesOf(members);
    this.#gateway = gateway;
    this.#keys = keys;
    this.#seen = new SeenEpochs({ storeId, storage: seenEpochs, engine: "etcd" });
  }

  async read(name: string, { signal }: RequestOptions = {}): Promise<Snapshot> {
    assertLeaseName(name);
    const { snapshot } = await this.#look(name, signal);
    return snapshot;
  }

  async compareAndSwap(
    expected: Snapshot,
    record: LeaseRecord,
    event: LeaseEvent,
    { signal }: SwapOptions,
  ): Promise<SwapOutcome> {
    const { name } = expected;
    assertLeaseName(name);
    assertWritable(name, record, event);
    const revision = readRevision(expected.revision);
    if (expected.storeId !== this.storeId || revision === null) return { outcome: "conflict" };
    const isBelow = record.epoch < expected.epochFloor;
    const wasLost = expected.record === null && record.epoch === expected.epochFloor;
    if (isBelow || wasLost) throw epochIsTaken(record, expected.epochFloor);
    const { txn, snapshot } = commitOf(this.#keys, expected, revision, record, event);
    const doing = `write lease ${name}`;
    let answer: TxnAnswer;
    let isAnswered = false;
    try {
      this.#refuseClosed();
      const told = await this.#gateway.call(TXN, txnBody(txn), { signal, isRepeatable: false });
      isAnswered = true;
      answer = readTxn(told);
    } catch (error) {
      const cause = storeFailure(error, doing, { name });
      if (!isAnswered && hadNoEffect(error)) throw cause;
      return { outcome: "unknown", cause };
    }
    if (!answer.succeeded) {
      this.#assertThisStore(answer);
      return { outcome: "conflict" };
    }
    // It is committed, whatever becomes of the note; the next read makes it, or says why it cannot.
    await this.#seen.note(name, record.epoch).catch(() => {});
    return { outcome: "committed", snapshot: snapshot(answer) };
  }

  async *watch(name: string, { signal }: { readonly signal: AbortSignal }): AsyncGenerator<Snapshot, void, void> {
    assertLeaseName(name);
    const over = AbortSignal.any([signal, this.#closing.signal]);
    let seen: string | undefined;
    try {
      while (!over.aborted) {
        let { snapshot, revision } = await this.#look(name, over);
        if (snapshot.revision !== seen) yield snapshot;
        seen = snapshot.revision;
        if (over.aborted) return;
        // Once the cluster has dropped what came after this, all begins again.
        for await (const change of changes(this.#gateway, this.#keys.lease(name), revision + 1n, over)) {
          // A read has told it already.
          if (change.revision <= revision) continue;
          // The first write of a lease may be that of another store, after all of this one's keys were deleted.
          const written = snapshot.epochFloor === 0 ? null : await this.#written(name, change);
          ({ snapshot, revision } = written ?? (await this.#look(name, over)));
          if (snapshot.revision !== seen) yield snapshot;
          seen = snapshot.revision;
          if (over.aborted) return;
        }
      }
    } catch (error) {
      if (!over.aborted) throw storeFailure(error, `watch lease ${name}`, { name });
    }
  }

  async *journal(name: string, after?: string): AsyncGenerator<JournalEntry, void, void> {
    assertLeaseName(name);
    const doing = `read the journal of lease ${name}`;
    let from = (after === undefined ? 0 : (readRevision(after)?.line ?? 0)) + 1;
    for (;;) {
      const page = { get: this.#keys.lines(name, from), limit: LINES_A_PAGE };
      const { found, cluster } = await this.#get(doing, name, [page]);
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
      const page = { get: this.#keys.all(after), limit: KEYS_A_PAGE, keysOnly: true };
      const { found } = await this.#get("list leases", undefined, [page]);
      const more = found[0] ?? [];
      for (const { key } of more) {
        const name = this.#keys.nameOf(key);
        if (name !== null) names.add(name);
      }
      after = more.at(-1)?.key ?? "";
      if (more.length < KEYS_A_PAGE) return [...names].toSorted();
    }
  }

  async probe(): Promise<StoreProbe> {
    this.#refuseClosed();
    try {
      return probeOf(this.storeId, await askServer(this.#gateway));
    } catch (error) {
      throw storeFailure(error, "ask the server what it is");
    }
  }

  close(): Promise<void> {
    this.#closing.abort();
    this.#gateway.close();
    return Promise.resolve();
  }

  /** What stands for a lease, and at which revision of the cluster. */
  async #look(name: string, signal: AbortSignal | undefined): Promise<Seen> {
    return await this.#believe(name, async () => {
      const doing = `read lease ${name}`;
      const { found, cluster, revision } = await this.#get(doing, name, standingOf(this.#keys, name), signal);
      return { cluster, revision: BigInt(revision), found };
    });
  }

  /** What a write left, as its change told it. `null` where something else was changed: then what stands has to be read. */
  async #written(name: string, { cluster, revision, put }: Change): Promise<Seen | null> {
    const found = wholeWrite(this.#keys, name, put);
    return found === null ? null : await this.#believe(name, () => Promise.resolve({ cluster, revision, found }));
  }

  async #believe(name: string, ask: () => Promise<Found>): Promise<Seen> {
    const [keys, { storeId }] = [this.#keys, this];
    const shown = async (): Promise<Snapshot & { readonly at: bigint }> => {
      const { cluster, revision, found } = await ask();
      return { ...snapshotOf({ keys, name, storeId }, cluster, found), at: revision };
    };
    const { at, ...snapshot } = await this.#seen.believe(name, shown, (epoch, { revision, floorWaitMs }) =>
      raiseFloor(keys, name, { epoch, waitMs: floorWaitMs, lines: readRevision(revision)?.line ?? 0 }),
    );
    return { snapshot, revision: at };
  }

  /** Gets what stands at one revision of the cluster, of this store and no other. */
  async #get(
    doing: string,
    name: string | undefined,
    success: readonly Operation[],
    signal?: AbortSignal,
  ): Promise<TxnAnswer> {
    this.#refuseClosed();
    const { store } = this.#keys;
    const compare = [{ key: store, value: this.storeId }];
    const txn = { compare, success, failure: [{ get: { key: store } }] };
    try {
      const answer = readTxn(await this.#gateway.call(TXN, txnBody(txn), { signal, isRepeatable: true }));
      if (!answer.succeeded) this.#assertThisStore(answer);
      return answer;
    } catch (error) {
      throw storeFailure(error, doing, name === undefined ? {} : { name });
    }
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

  #refuseClosed(): void {
    if (this.#closing.signal.aborted) throw new LeaseError("ESTOREUNAVAILABLE", "etcd: this store is closed");
  }
}
