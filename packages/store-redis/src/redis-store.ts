import {
  assertWritable,
  epochIsTaken,
  LeaseError,
  readStored,
  SeenEpochs,
  SharedListener,
  watchByNews,
} from "@tenure/core";
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
import { assertLeaseName, readLeaseEvent, readLeaseRecord } from "@tenure/schema/light";
import { refusedByServer, storeFailure } from "./failure.ts";
import { storeIsGone } from "./gone.ts";
import { LAYOUT_VERSION, type Keys } from "./keys.ts";
import { listenTo } from "./listener.ts";
import { READ, run, SWAP } from "./scripts.ts";
import { askServer, guaranteesOf, probeOf, type ServerFacts } from "./server.ts";
import { causeOf, SentError, type Ask, type Session } from "./session.ts";

/** Lines of the journal that are fetched at once. */
const PAGE = 500;

export interface RedisStoreParts {
  readonly session: Session;
  readonly keys: Keys;
  readonly storeId: string;
  readonly facts: ServerFacts;
  readonly seenEpochs: FenceStorage | undefined;
}

type Standing = readonly [
  answer: "standing",
  revision: string,
  floor: string,
  waitMs: string,
  record: string | null,
  changedAt: string | null,
  now: string,
];
type Gone = readonly [answer: "gone", found: string];
type Swapped =
  | readonly [answer: "committed", revision: string, floor: string, waitMs: string]
  | readonly [answer: "conflict"]
  | readonly [answer: "regression", floor: string];
type Line = readonly [id: string, fields: readonly string[]];

/**
 * Leases as keys of a Redis or Valkey server, best effort: its replicas may lack what it acknowledged. It knows names, records,
 * revisions and the server's clock, and no rule of leases. Renewals are as durable as everything else.
 */
export class RedisStore implements LeaseStore {
  readonly storeId: string;
  readonly guarantees: StoreGuarantees;
  readonly #session: Session;
  readonly #keys: Keys;
  readonly #listener: SharedListener;
  readonly #seen: SeenEpochs;
  readonly #closing = new AbortController();

  constructor({ session, keys, storeId, facts, seenEpochs }: RedisStoreParts) {
    this.storeId = storeId;
    this.guarantees = guaranteesOf(facts);
    this.#session = session;
    this.#keys = keys;
    this.#listener = new SharedListener(listenTo(session, keys.channel));
    this.#seen = new SeenEpochs({ storeId, storage: seenEpochs, engine: "Redis" });
  }

  async read(name: string, { signal }: RequestOptions = {}): Promise<Snapshot> {
    assertLeaseName(name);
    const repair = (known: number): string => this.#raiseFloor(name, known);
    return await this.#seen.believe(name, () => this.#look(name, signal), repair);
  }

  async #look(name: string, signal: AbortSignal | undefined): Promise<Snapshot> {
    const keys = [...this.#keysOf(name), this.#keys.nothing];
    const asked: Ask = (client) => run(client, READ, keys, [this.storeId, name]);
    const standing = (await this.#ask(`read lease ${name}`, name, asked, signal)) as Standing | Gone;
    if (standing[0] === "gone") return await this.#isGone(name, standing[1]);
    const [, revision, floor, waitMs, text, changedAt, now] = standing;
    const record = text === null || revision.startsWith("lost.") ? null : this.#recordOf(name, text);
    return {
      name,
      storeId: this.storeId,
      record,
      revision,
      // Its clock is the wall clock, which may be set: it is only ever taken to lengthen a wait.
      ...(record !== null && changedAt !== null && { ageMs: Math.max(0, Number(now) - Number(changedAt)) }),
      epochFloor: Math.max(Number(floor), record?.epoch ?? 0),
      floorWaitMs: Number(waitMs),
    };
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
    if (expected.storeId !== this.storeId) return { outcome: "conflict" };
    const keys = [...this.#keysOf(name), this.#keys.journal(name)];
    const waitMs = record.leaseDurationMs + record.lockDelayMs;
    const said = [expected.revision, JSON.stringify(record), JSON.stringify(event), record.epoch, record.nonce, waitMs];
    const values = [this.storeId, name, ...said, this.#keys.channel];
    let swapped: Swapped | Gone;
    try {
      this.#refuseClosed();
      const answer = await this.#session.ask((client) => run(client, SWAP, keys, values), signal);
      swapped = answer as Swapped | Gone;
    } catch (error) {
      const cause = storeFailure(causeOf(error), `write lease ${name}`, { name });
      if (!(error instanceof SentError) || refusedByServer(error.cause)) throw cause;
      return { outcome: "unknown", cause };
    }
    if (swapped[0] === "gone") return await this.#isGone(name, swapped[1]);
    if (swapped[0] === "conflict") return { outcome: "conflict" };
    if (swapped[0] === "regression") throw epochIsTaken(record, Number(swapped[1]));
    // It is committed, whatever becomes of the note; the next read makes it, or says why it cannot.
    await this.#seen.note(name, record.epoch).catch(() => {});
    const [, revision, epochFloor, floorWaitMs] = swapped;
    return {
      outcome: "committed",
      snapshot: {
        name,
        storeId: this.storeId,
        record,
        revision,
        epochFloor: Number(epochFloor),
        floorWaitMs: Number(floorWaitMs),
      },
    };
  }

  async *watch(name: string, { signal }: { readonly signal: AbortSignal }): AsyncGenerator<Snapshot, void, void> {
    assertLeaseName(name);
    try {
      yield* watchByNews({
        read: (over) => this.read(name, { signal: over }),
        listen: (listener, over) => this.#listener.listen(name, listener, over),
        signal: AbortSignal.any([signal, this.#closing.signal]),
      });
    } catch (error) {
      throw storeFailure(error, `watch lease ${name}`, { name });
    }
  }

  async *journal(name: string, after = "0"): AsyncGenerator<JournalEntry, void, void> {
    assertLeaseName(name);
    const key = this.#keys.journal(name);
    // A revision reads NUMBER.NONCE, or lost.EPOCH where no record stood: then from the first line of a later epoch.
    const [number = "0", epoch = "0"] = after.split(".");
    const isLost = number === "lost";
    for (let from = isLost ? "0" : number; ;) {
      const asked: Ask = (client) => client.xrange(key, `(${from}-0`, "+", "COUNT", PAGE);
      const lines = (await this.#ask(`read the journal of lease ${name}`, name, asked)) as readonly Line[];
      for (const [id, fields] of lines) {
        from = id.slice(0, id.indexOf("-"));
        const record = this.#recordOf(name, fields[3] ?? "");
        if (isLost && record.epoch <= Number(epoch)) continue;
        const event = readStored("Redis", name, () => readLeaseEvent(JSON.parse(fields[1] ?? "")));
        yield { revision: `${from}.${record.nonce}`, event, record };
      }
      if (lines.length < PAGE) return;
    }
  }

  async list(): Promise<readonly string[]> {
    const names = await this.#ask("list leases", undefined, (client) => client.hkeys(this.#keys.epochs));
    return (names as string[]).toSorted();
  }

  async probe(): Promise<StoreProbe> {
    this.#refuseClosed();
    try {
      return probeOf(this.storeId, await askServer(this.#session));
    } catch (error) {
      throw storeFailure(causeOf(error), "ask the server what it is");
    }
  }

  close(): Promise<void> {
    this.#closing.abort();
    this.#listener.close();
    this.#session.end();
    return Promise.resolve();
  }

  #keysOf(name: string): readonly string[] {
    const { store, epochs, waits, lease } = this.#keys;
    return [store, epochs, waits, lease(name)];
  }

  async #ask(doing: string, name: string | undefined, request: Ask, signal?: AbortSignal): Promise<unknown> {
    this.#refuseClosed();
    try {
      return await this.#session.ask(request, signal);
    } catch (error) {
      throw storeFailure(causeOf(error), doing, name === undefined ? {} : { name });
    }
  }

  /** @throws LeaseError `EEPOCHREGRESSION`, with the epochs that were seen of it where there were any. */
  async #isGone(name: string, found: string): Promise<never> {
    const bringBack = `HSET ${this.#keys.store} id ${this.storeId} version ${LAYOUT_VERSION}`;
    const nothing = (): Promise<{ epochFloor: number }> => Promise.resolve({ epochFloor: 0 });
    await this.#seen.believe(name, nothing, (known) => `${bringBack} and ${this.#raiseFloor(name, known)}`);
    throw storeIsGone(name, this.storeId, found, bringBack);
  }

  /** What an operator types in redis-cli. */
  #raiseFloor(name: string, epoch: number): string {
    return `HSET ${this.#keys.epochs} ${name} ${epoch}`;
  }

  #recordOf(name: string, text: string): LeaseRecord {
    return readStored("Redis", name, () => readLeaseRecord(JSON.parse(text)));
  }

  #refuseClosed(): void {
    if (this.#closing.signal.aborted) throw new LeaseError("ESTOREUNAVAILABLE", "Redis: this store is closed");
  }
}
