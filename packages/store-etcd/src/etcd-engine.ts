import { LeaseError, readStored, SentError, StoreGoneError } from "@tenure/core";
import type {
  Believe,
  FailureFacts,
  GroupCommit,
  JournalEntry,
  ServerEngine,
  Snapshot,
  StoreGuarantees,
  StoreProbe,
  SwapOptions,
  SwapOutcome,
} from "@tenure/core";
import type { LeaseEvent, LeaseRecord } from "@tenure/schema";
import { changes, type Change } from "./changes.ts";
import { groupCommit, type AskedCommit } from "./commit-group.ts";
import { commitOf, revisionOfLine } from "./commit.ts";
import { storeFailure } from "./failure.ts";
import { raiseFloor } from "./floor.ts";
import type { Gateway } from "./gateway.ts";
import type { Keys } from "./keys.ts";
import { readLine } from "./line.ts";
import { askServer, guaranteesOf, probeOf, type Member } from "./server.ts";
import { lastLineOf, readRevision, snapshotOf, standingOf, wholeWrite } from "./standing.ts";
import { readTxn, TXN, txnBody, type Operation, type TxnAnswer } from "./txn.ts";

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

/** What stands for a lease at a revision of the cluster. */
interface Seen {
  readonly snapshot: Snapshot;
  readonly revision: bigint;
}

/** Leases as keys of an etcd cluster. It knows names, records and revisions, and no rule of leases. None of its keys ever expires. */
export class EtcdEngine implements ServerEngine {
  readonly engine = "etcd";
  readonly storeId: string;
  readonly guarantees: StoreGuarantees;
  readonly #gateway: Gateway;
  readonly #keys: Keys;
  readonly #commits: GroupCommit<AskedCommit, TxnAnswer>;

  constructor({ gateway, keys, storeId, members }: EtcdEngineParts) {
    this.storeId = storeId;
    this.guarantees = guaranteesOf(members);
    this.#gateway = gateway;
    this.#keys = keys;
    this.#commits = groupCommit(gateway);
  }

  async look(name: string, signal: AbortSignal | undefined): Promise<Snapshot> {
    const { snapshot } = await this.#see(name, signal);
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
    const { txn, length, snapshot } = commitOf(this.#keys, expected, revision, record, event);
    let answer: TxnAnswer;
    try {
      answer = await this.#commits.swap({ name: record.name, txn, length }, signal);
    } catch (error) {
      if (!(error instanceof SentError)) throw error;
      return { outcome: "unknown", cause: error };
    }
    if (answer.succeeded) return { outcome: "committed", snapshot: snapshot(answer) };
    this.#assertThisStore({ name: record.name }, answer);
    return { outcome: "conflict" };
  }

  async *watch(name: string, believe: Believe, signal: AbortSignal): AsyncGenerator<Snapshot, void, void> {
    let shown: string | undefined;
    while (!signal.aborted) {
      let { snapshot, revision } = await seenBy(believe, () => this.#see(name, signal));
      if (snapshot.revision !== shown) yield snapshot;
      shown = snapshot.revision;
      if (signal.aborted) return;
      // Once the cluster has dropped what came after this, all begins again.
      for await (const change of changes(this.#gateway, this.#keys.lease(name), revision + 1n, signal)) {
        // A read has told it already.
        if (change.revision <= revision) continue;
        // The first write of a lease may be that of another store, after all of this one's keys were deleted.
        const told = snapshot.epochFloor === 0 ? null : this.#writtenBy(name, change);
        ({ snapshot, revision } =
          (told === null ? null : await unlessLate(seenBy(believe, async () => told))) ??
          (await seenBy(believe, () => this.#see(name, signal))));
        if (snapshot.revision !== shown) yield snapshot;
        shown = snapshot.revision;
        if (signal.aborted) return;
      }
    }
  }

  async *journal(name: string, after: string | undefined): AsyncGenerator<JournalEntry, void, void> {
    let from = (after === undefined ? 0 : (readRevision(after)?.line ?? 0)) + 1;
    for (;;) {
      const { found, cluster } = await this.#get({ name }, [
        { get: this.#keys.lines(name, from), limit: LINES_A_PAGE },
      ]);
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
      const { found } = await this.#get({}, [{ get: this.#keys.all(after), limit: KEYS_A_PAGE, keysOnly: true }]);
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
    const [waitMs, lines] = [floorWaitMs === 0 ? null : floorWaitMs, readRevision(revision)?.line ?? null];
    return raiseFloor(this.#keys, name, { epoch, waitMs, lines });
  }

  failure(error: unknown, doing: string, facts?: FailureFacts): LeaseError {
    return storeFailure(error, doing, facts);
  }

  close(): Promise<void> {
    this.#gateway.close();
    return Promise.resolve();
  }

  async #see(name: string, signal: AbortSignal | undefined): Promise<Seen> {
    const { found, cluster, revision } = await this.#get({ name }, standingOf(this.#keys, name), signal);
    const asked = lastLineOf(this.#keys, name, found);
    // Whoever writes a line meanwhile writes the floor with it, and then a swap of what is seen here meets a conflict.
    const last = asked === null ? [] : (await this.#get({ name }, [asked], signal)).found;
    return { snapshot: this.#snapshotOf(name, cluster, [...found, ...last]), revision: BigInt(revision) };
  }

  /** What a write left, as its change told it. `null` where something else was changed: then what stands has to be read. */
  #writtenBy(name: string, { cluster, revision, put }: Change): Seen | null {
    const found = wholeWrite(this.#keys, name, put);
    return found === null ? null : { snapshot: this.#snapshotOf(name, cluster, found), revision };
  }

  #snapshotOf(name: string, cluster: string, found: TxnAnswer["found"]): Snapshot {
    return snapshotOf({ keys: this.#keys, name, storeId: this.storeId }, cluster, found);
  }

  /** Gets what stands at one revision of the cluster, of this store and no other. */
  async #get(facts: FailureFacts, success: readonly Operation[], signal?: AbortSignal): Promise<TxnAnswer> {
    const { store } = this.#keys;
    const compare = [{ key: store, value: this.storeId }];
    const txn = { compare, success, failure: [{ get: { key: store } }] };
    const answer = readTxn(await this.#gateway.call(TXN, txnBody(txn), { signal, isRepeatable: true }));
    if (!answer.succeeded) this.#assertThisStore(facts, answer);
    return answer;
  }

  /** @throws StoreGoneError when a transaction failed because the cluster holds another store by now, or none. */
  #assertThisStore(facts: FailureFacts, { found }: TxnAnswer): void {
    const there = found[0]?.[0]?.value;
    if (there === this.storeId) return;
    const now = there === undefined ? "holds no store any more" : `holds store ${there} now`;
    const bringBack = `etcdctl put ${this.#keys.store} ${this.storeId}`;
    const message =
      `etcd: ${this.#keys.store} ${now}, and store ${this.storeId} was there: its keys were deleted, or another cluster answers. It is not ` +
      `believed. Once nobody acts under the lost epochs any more, open the store anew, or bring it back: ${bringBack}`;
    throw new StoreGoneError(message, facts, bringBack);
  }
}

/** `see`, if what it brings is believed. */
async function seenBy(believe: Believe, see: () => Promise<Seen>): Promise<Seen> {
  let revision = 0n;
  const snapshot = await believe(async () => {
    const seen = await see();
    ({ revision } = seen);
    return seen.snapshot;
  });
  return { snapshot, revision };
}

/** `null` for what is behind what was seen elsewhere since it was sent: whether the cluster itself went back, only a read can tell. */
async function unlessLate(seen: Promise<Seen>): Promise<Seen | null> {
  try {
    return await seen;
  } catch (error) {
    if (error instanceof LeaseError && error.code === "EEPOCHREGRESSION") return null;
    throw error;
  }
}
