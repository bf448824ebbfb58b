import {
  causeOf,
  epochIsTaken,
  LeaseError,
  readStored,
  SentError,
  SharedListener,
  StoreGoneError,
  watchByNews,
} from "@tenure/core";
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
import { readLeaseEvent, readLeaseRecord } from "@tenure/schema/light";
import type { Pool, QueryResultRow } from "pg";
import { refusedByServer, storeFailure } from "./failure.ts";
import { listenTo } from "./listener.ts";
import { askServer, guaranteesOf, isStandby, probeOf, type ServerFacts } from "./server.ts";
import { ANSWER_MS, ask } from "./session.ts";
import { statementsFor, type Here, type Statements } from "./statements.ts";
import { Swaps, type Elsewhere, type Swapped } from "./swaps.ts";

export interface PostgresEngineParts {
  readonly pool: Pool;
  readonly schema: string;
  readonly storeId: string;
  readonly facts: ServerFacts;
  /** Ends the pool, where it is the store's own. */
  readonly end: () => Promise<void>;
}

interface Standing extends QueryResultRow, Here {
  readonly record: unknown;
  readonly revision: string;
  readonly age_ms: number | null;
  readonly floor_epoch: string;
  readonly floor_wait_ms: string;
}

interface Known extends QueryResultRow, Here {
  readonly name: string | null;
}

interface Line extends QueryResultRow, Here {
  readonly revision: string | null;
  readonly event: unknown;
  readonly record: unknown;
}

/**
 * Leases as rows of a PostgreSQL server. It knows names, records, revisions and the server's clock, and no rule of leases. Renewals are
 * made as durable as everything else: a server that crashes does not end the holders on other hosts, and would go back behind what
 * they were told.
 */
export class PostgresEngine implements ServerEngine {
  readonly engine = "PostgreSQL";
  readonly storeId: string;
  readonly guarantees: StoreGuarantees;
  readonly #parts: PostgresEngineParts;
  readonly #statements: Statements;
  readonly #swaps: Swaps;
  readonly #listener: SharedListener;
  readonly #untold = new Set<string>();
  #isTelling = false;

  constructor(parts: PostgresEngineParts) {
    this.#parts = parts;
    this.storeId = parts.storeId;
    this.guarantees = guaranteesOf(parts.facts);
    this.#statements = statementsFor(parts.schema);
    this.#swaps = new Swaps(parts.pool, this.#statements.swap, parts.storeId);
    this.#listener = new SharedListener(listenTo(parts.pool, parts.schema));
  }

  async look(name: string, signal: AbortSignal | undefined): Promise<Snapshot> {
    const accept = (found: readonly Here[]): void => this.#assertThisStore({ name }, found);
    const { rows } = await ask<Standing>(this.#parts.pool, this.#statements.read, [name], { signal, accept });
    const [standing] = rows;
    if (standing === undefined)
      throw new LeaseError("ESTOREUNAVAILABLE", "PostgreSQL: a read brought no row", { name });
    const { revision, age_ms: ageMs } = standing;
    const isVacant = revision === "0" || revision.startsWith("lost.");
    const record = isVacant ? null : recordOf(name, standing.record);
    return {
      name,
      storeId: this.storeId,
      record,
      revision,
      // Its clock is the wall clock, which may be set: it is only ever taken to lengthen a wait.
      ...(record !== null && ageMs !== null && { ageMs: Math.max(0, ageMs) }),
      epochFloor: Math.max(Number(standing.floor_epoch), record?.epoch ?? 0),
      floorWaitMs: Number(standing.floor_wait_ms),
    };
  }

  async swap(
    { name, revision: expected }: Snapshot,
    record: LeaseRecord,
    event: LeaseEvent,
    { durable, signal }: SwapOptions,
  ): Promise<SwapOutcome> {
    const { storeId } = this;
    const said = { record: JSON.stringify(record), event: JSON.stringify(event) };
    let swapped: Swapped | Elsewhere;
    try {
      swapped = await this.#swaps.swap({ name, expected, ...said, tells: durable }, signal);
    } catch (error) {
      if (!(error instanceof SentError) || refusedByServer(error.cause)) throw error;
      return { outcome: "unknown", cause: error.cause };
    }
    if (swapped.outcome === null) throw this.#isGone({ name }, swapped.store_id);
    if (swapped.outcome === "regression") throw epochIsTaken(record, Number(swapped.floor_epoch));
    if (swapped.outcome !== "committed" || swapped.revision === null) return { outcome: "conflict" };
    if (!durable) this.#tell(name);
    const [epochFloor, floorWaitMs] = [Number(swapped.floor_epoch), Number(swapped.floor_wait_ms)];
    return {
      outcome: "committed",
      snapshot: { name, storeId, record, revision: swapped.revision, epochFloor, floorWaitMs },
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
    const { journal, page } = this.#statements;
    const accept = (found: readonly Here[]): void => this.#assertThisStore({ name }, found);
    for (let from = after; ;) {
      const { rows } = await ask<Line>(this.#parts.pool, journal, [name, from, page], {
        accept,
        timeoutMs: ANSWER_MS,
      });
      for (const { revision, event, record } of rows)
        if (revision !== null)
          yield {
            revision,
            event: readStored("PostgreSQL", name, () => readLeaseEvent(event)),
            record: recordOf(name, record),
          };
      const last = rows.at(-1)?.revision ?? null;
      if (last === null || rows.length < page) return;
      from = last;
    }
  }

  async list(): Promise<readonly string[]> {
    const accept = (found: readonly Here[]): void => this.#assertThisStore({}, found);
    const { rows } = await ask<Known>(this.#parts.pool, this.#statements.list, [], { accept, timeoutMs: ANSWER_MS });
    return rows.flatMap(({ name }) => name ?? []);
  }

  async probe(): Promise<StoreProbe> {
    return probeOf(this.storeId, await askServer(this.#parts.pool));
  }

  raiseFloor(name: string, epoch: number): string {
    return this.#statements.raiseFloor(name, epoch);
  }

  failure(error: unknown, doing: string, facts?: FailureFacts): LeaseError {
    return storeFailure(causeOf(error), doing, facts);
  }

  async close(): Promise<void> {
    this.#listener.close();
    await this.#parts.end();
  }

  /** @throws LeaseError when what answered is a standby, or the tables are of another store by now. */
  #assertThisStore(facts: FailureFacts, [here]: readonly Here[]): void {
    if (here?.is_standby === true) throw isStandby();
    if (here?.store_id !== this.storeId) throw this.#isGone(facts, here?.store_id ?? null);
  }

  /** `found` is the store that is there now, if any. */
  #isGone(facts: FailureFacts, found: string | null): StoreGoneError {
    const bringBack = this.#statements.bringBack(this.storeId);
    const now = found === null ? "holds no store any more" : `holds store ${found} now`;
    const message =
      `PostgreSQL: schema ${this.#parts.schema} ${now}, and store ${this.storeId} was there: its tables were dropped and made anew, or another ` +
      "database answers. It is not believed. Once nobody acts under the lost epochs any more, open the store anew, or bring it back in psql: " +
      bringBack;
    return new StoreGoneError(message, facts, bringBack);
  }

  /**
   * A renewal is told after its commit and when the swaps are at rest, together with all that were made meanwhile, and nobody waits for it.
   * One that gets lost delays those who watch until they look again; told in its own transaction it would delay every commit of the server.
   */
  #tell(name: string): void {
    this.#untold.add(name);
    if (!this.#isTelling) void this.#tellAll();
  }

  async #tellAll(): Promise<void> {
    this.#isTelling = true;
    while (this.#untold.size > 0) {
      await this.#swaps.rest();
      const names = [...this.#untold];
      this.#untold.clear();
      await ask(this.#parts.pool, this.#statements.tell, [names], { timeoutMs: ANSWER_MS }).catch(() => {});
    }
    this.#isTelling = false;
  }
}

function recordOf(name: string, found: unknown): LeaseRecord {
  return readStored("PostgreSQL", name, () => readLeaseRecord(found));
}
