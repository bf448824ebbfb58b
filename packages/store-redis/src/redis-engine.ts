import {
  causeOf,
  epochIsTaken,
  readStored,
  SentError,
  SharedListener,
  StoreGoneError,
  textToStore,
  waitMsOf,
  watchByNews,
} from "@tenure/core";
import type {
  Believe,
  FailureFacts,
  JournalEntry,
  LeaseError,
  ServerEngine,
  Snapshot,
  StoreGuarantees,
  StoreProbe,
  SwapOptions,
  SwapOutcome,
} from "@tenure/core";
import type { LeaseEvent, LeaseRecord } from "@tenure/schema";
import { parseBoundedJson, readLeaseEvent, readLeaseRecord } from "@tenure/schema/light";
import { refusedByServer, storeFailure } from "./failure.ts";
import { LAYOUT_VERSION, type Keys } from "./keys.ts";
import { listenTo } from "./listener.ts";
import { damageOf, raiseFloor, type Damaged } from "./repair.ts";
import { JOURNAL, LIST, READ, run, SWAP } from "./scripts.ts";
import { askServer, guaranteesOf, probeOf, type ServerFacts } from "./server.ts";
import type { Ask, Session } from "./session.ts";

/** Lines of the journal that are fetched at once. */
const PAGE = 500;

export interface RedisEngineParts {
  readonly session: Session;
  readonly keys: Keys;
  readonly storeId: string;
  readonly facts: ServerFacts;
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
type Unsound = Gone | Damaged;
type Swapped =
  | readonly [answer: "committed", revision: string, floor: string, waitMs: string]
  | readonly [answer: "conflict"]
  | readonly [answer: "regression", floor: string];
type Line = readonly [id: string, fields: readonly string[]];
type Lines = readonly [answer: "lines", lines: readonly Line[]];
type Leases = readonly [answer: "leases", names: readonly string[]];

/**
 * Leases as keys of a Redis or Valkey server, best effort: its replicas may lack what it acknowledged. It knows names, records,
 * revisions and the server's clock, and no rule of leases. Renewals are as durable as everything else.
 */
export class RedisEngine implements ServerEngine {
  readonly engine = "Redis";
  readonly storeId: string;
  readonly guarantees: StoreGuarantees;
  readonly #session: Session;
  readonly #keys: Keys;
  readonly #listener: SharedListener;

  constructor({ session, keys, storeId, facts }: RedisEngineParts) {
    this.storeId = storeId;
    this.guarantees = guaranteesOf(facts);
    this.#session = session;
    this.#keys = keys;
    this.#listener = new SharedListener(listenTo(session, keys.channel));
  }

  async look(name: string, signal: AbortSignal | undefined): Promise<Snapshot> {
    const keys = [...this.#keysOf(name), this.#keys.nothing];
    const asked: Ask = (client) => run(client, READ, keys, [this.storeId, name]);
    const [, revision, floor, waitMs, text, changedAt, now] = this.#sound(
      name,
      (await this.#session.ask(asked, signal)) as Standing | Unsound,
    );
    const record = text === null || revision.startsWith("lost.") ? null : recordOf(name, text);
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

  async swap(
    { name, revision: expected }: Snapshot,
    record: LeaseRecord,
    event: LeaseEvent,
    { signal }: SwapOptions,
  ): Promise<SwapOutcome> {
    const { storeId } = this;
    const keys = [...this.#keysOf(name), this.#keys.journal(name)];
    const texts = [textToStore(name, record), textToStore(name, event)];
    const said = [expected, ...texts, record.epoch, record.nonce, waitMsOf(record)];
    const values = [storeId, name, ...said, this.#keys.channel];
    let answer: Swapped | Unsound;
    try {
      answer = (await this.#session.ask((client) => run(client, SWAP, keys, values), signal)) as Swapped | Unsound;
    } catch (error) {
      if (!(error instanceof SentError) || refusedByServer(error.cause)) throw error;
      return { outcome: "unknown", cause: error.cause };
    }
    const swapped = this.#sound(name, answer);
    if (swapped[0] === "conflict") return { outcome: "conflict" };
    if (swapped[0] === "regression") throw epochIsTaken(record, Number(swapped[1]));
    const [, revision, epochFloor, floorWaitMs] = swapped;
    const [floor, wait] = [Number(epochFloor), Number(floorWaitMs)];
    return {
      outcome: "committed",
      snapshot: { name, storeId, record, revision, epochFloor: floor, floorWaitMs: wait },
    };
  }

  watch(name: string, believe: Believe, signal: AbortSignal): AsyncIterable<Snapshot> {
    return watchByNews({
      read: (over) => believe(() => this.look(name, over)),
      listen: (listener, over) => this.#listener.listen(name, listener, over),
      signal,
    });
  }

  async *journal(name: string, after = "0"): AsyncGenerator<JournalEntry, void, void> {
    const { store, nothing } = this.#keys;
    const keys = [store, this.#keys.journal(name), nothing];
    // A revision reads NUMBER.NONCE, or lost.EPOCH where no record stood: then from the first line of a later epoch.
    const [number = "0", epoch = "0"] = after.split(".");
    const isLost = number === "lost";
    for (let from = isLost ? "0" : number; ;) {
      const asked: Ask = (client) => run(client, JOURNAL, keys, [this.storeId, `(${from}-0`, PAGE]);
      const [, lines] = this.#ofThisStore({ name }, (await this.#session.ask(asked)) as Lines | Gone);
      for (const [id, fields] of lines) {
        from = id.slice(0, id.indexOf("-"));
        const record = recordOf(name, fields[3] ?? "");
        if (isLost && record.epoch <= Number(epoch)) continue;
        const event = readStored("Redis", name, () => readLeaseEvent(parseBoundedJson(fields[1] ?? "")));
        yield { revision: `${from}.${record.nonce}`, event, record };
      }
      if (lines.length < PAGE) return;
    }
  }

  async list(): Promise<readonly string[]> {
    const { store, floors, nothing } = this.#keys;
    const asked: Ask = (client) => run(client, LIST, [store, floors, nothing], [this.storeId]);
    const [, names] = this.#ofThisStore({}, (await this.#session.ask(asked)) as Leases | Gone);
    return names;
  }

  async probe(): Promise<StoreProbe> {
    return probeOf(this.storeId, await askServer(this.#session));
  }

  /** What is typed in redis-cli. */
  raiseFloor(name: string, epoch: number, { floorWaitMs: waitMs }: Pick<Snapshot, "floorWaitMs">): string {
    return raiseFloor(this.#keys, name, { epoch, waitMs });
  }

  failure(error: unknown, doing: string, facts?: FailureFacts): LeaseError {
    return storeFailure(causeOf(error), doing, facts);
  }

  close(): Promise<void> {
    this.#listener.close();
    this.#session.end();
    return Promise.resolve();
  }

  #keysOf(name: string): readonly string[] {
    const { store, floors, lease } = this.#keys;
    return [store, floors, lease(name)];
  }

  /** @throws LeaseError for what shows that the store is gone, or that what stands there is damaged. */
  #sound<Answer extends readonly [string, ...unknown[]]>(name: string, answer: Answer | Unsound): Answer {
    const told = this.#ofThisStore<Answer | Damaged>({ name }, answer);
    if (told[0] === "damaged") throw damageOf(this.#keys, name, told as Damaged);
    return told as Answer;
  }

  /** @throws LeaseError for what shows that the store is gone. */
  #ofThisStore<Answer extends readonly [string, ...unknown[]]>(facts: FailureFacts, answer: Answer | Gone): Answer {
    if (answer[0] === "gone") throw this.#isGone(facts, (answer as Gone)[1]);
    return answer as Answer;
  }

  /** `found` is the store that is there now, or nothing. */
  #isGone(facts: FailureFacts, found: string): StoreGoneError {
    const bringBack = `HSET ${this.#keys.store} id ${this.storeId} version ${LAYOUT_VERSION}`;
    const now = found === "" ? "holds no store any more" : `holds store ${found} now`;
    const message =
      `Redis ${now}, and store ${this.storeId} was there: it was flushed, restarted without its data, or failed over to a server without them. ` +
      `It is not believed. Once nobody acts under the lost epochs any more, open the store anew, or bring it back in redis-cli: ${bringBack}`;
    return new StoreGoneError(message, facts, bringBack);
  }
}

function recordOf(name: string, text: string): LeaseRecord {
  return readStored("Redis", name, () => readLeaseRecord(parseBoundedJson(text)));
}
