import { causeOf, epochIsTaken, LeaseError, readStored, SentError, SharedListener, watchByNews } from "@tenure/core";
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
import { lostToAnother, refusedByServer, storeFailure } from "./failure.ts";
import { listenTo } from "./listener.ts";
import { askServer, guaranteesOf, probeOf, type ServerFacts } from "./server.ts";
import { ask } from "./session.ts";
import { statementsFor, type Statements } from "./statements.ts";
import { Swaps, type Swapped } from "./swaps.ts";

export interface PostgresEngineParts {
  readonly pool: Pool;
  readonly schema: string;
  readonly storeId: string;
  readonly facts: ServerFacts;
  /** Ends the pool, where it is the store's own. */
  readonly end: () => Promise<void>;
}

interface Standing extends QueryResultRow {
  readonly record: unknown;
  readonly revision: string;
  readonly age_ms: number | null;
  readonly floor_epoch: string;
  readonly floor_wait_ms: string;
}

type Line = Pick<JournalEntry, "revision" | "event" | "record"> & QueryResultRow;

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
    this.#swaps = new Swaps(parts.pool, this.#statements.swap);
    this.#listener = new SharedListener(listenTo(parts.pool, parts.schema));
  }

  async look(name: string, signal: AbortSignal | undefined): Promise<Snapshot> {
    const { rows } = await ask<Standing>(this.#parts.pool, this.#statements.read, [name], signal);
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
    let swapped: Swapped;
    try {
      swapped = await this.#swaps.swap({ name, expected, ...said, tells: durable }, signal);
    } catch (error) {
      if (!(error instanceof SentError)) throw error;
      if (lostToAnother(error.cause)) return { outcome: "conflict" };
      if (refusedByServer(error.cause)) throw error;
      return { outcome: "unknown", cause: error.cause };
    }
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
    for (let from = after; ;) {
      const { rows } = await ask<Line>(this.#parts.pool, journal, [name, from, page]);
      for (const { revision, event, record } of rows)
        yield {
          revision,
          event: readStored("PostgreSQL", name, () => readLeaseEvent(event)),
          record: recordOf(name, record),
        };
      const last = rows.at(-1);
      if (last === undefined || rows.length < page) return;
      from = last.revision;
    }
  }

  async list(): Promise<readonly string[]> {
    const { rows } = await ask<{ name: string }>(this.#parts.pool, this.#statements.list, []);
    return rows.map(({ name }) => name);
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
      await ask(this.#parts.pool, this.#statements.tell, [names]).catch(() => {});
    }
    this.#isTelling = false;
  }
}

function recordOf(name: string, found: unknown): LeaseRecord {
  return readStored("PostgreSQL", name, () => readLeaseRecord(found));
}
