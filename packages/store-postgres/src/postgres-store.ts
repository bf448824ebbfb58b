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
import type { Pool, QueryResult, QueryResultRow } from "pg";
import { lostToAnother, refusedByServer, storeFailure } from "./failure.ts";
import { listenTo } from "./listener.ts";
import { askServer, guaranteesOf, probeOf, type ServerFacts } from "./server.ts";
import { ask, causeOf, SentError } from "./session.ts";
import { statementsFor, type Statement, type Statements } from "./statements.ts";
import { SwapQueue, type Swapped } from "./swap-queue.ts";

export interface PostgresStoreParts {
  readonly pool: Pool;
  readonly schema: string;
  readonly storeId: string;
  readonly facts: ServerFacts;
  readonly seenEpochs: FenceStorage | undefined;
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

/**
 * Leases as rows of a PostgreSQL server. It knows names, records, revisions and the server's clock, and no rule of leases. Renewals are
 * made as durable as everything else: a server that crashes does not end the holders on other hosts, and would go back behind what
 * they were told.
 */
export class PostgresStore implements LeaseStore {
  readonly storeId: string;
  readonly guarantees: StoreGuarantees;
  readonly #parts: PostgresStoreParts;
  readonly #statements: Statements;
  readonly #swaps: SwapQueue;
  readonly #listener: SharedListener;
  readonly #closing = new AbortController();
  readonly #untold = new Set<string>();
  #isTelling = false;
  readonly #seen: SeenEpochs;

  constructor(parts: PostgresStoreParts) {
    this.#parts = parts;
    this.storeId = parts.storeId;
    this.guarantees = guaranteesOf(parts.facts);
    this.#statements = statementsFor(parts.schema);
    this.#swaps = new SwapQueue(parts.pool, this.#statements.swap);
    this.#seen = new SeenEpochs({ storeId: parts.storeId, storage: parts.seenEpochs, engine: "PostgreSQL" });
    this.#listener = new SharedListener(listenTo(parts.pool, parts.schema));
  }

  async read(name: string, { signal }: RequestOptions = {}): Promise<Snapshot> {
    assertLeaseName(name);
    const repair = (known: number): string => this.#statements.raiseFloor(name, known);
    return await this.#seen.believe(name, () => this.#look(name, signal), repair);
  }

  async #look(name: string, signal: AbortSignal | undefined): Promise<Snapshot> {
    const { rows } = await this.#ask<Standing>(`read lease ${name}`, name, this.#statements.read, [name], signal);
    const [standing] = rows;
    if (standing === undefined)
      throw new LeaseError("ESTOREUNAVAILABLE", "PostgreSQL: a read brought no row", { name });
    const { revision, age_ms: ageMs } = standing;
    const isLost = revision.startsWith("lost.");
    const record = isLost || standing.record === null ? null : this.#recordOf(name, standing.record);
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

  async compareAndSwap(
    expected: Snapshot,
    record: LeaseRecord,
    event: LeaseEvent,
    { durable, signal }: SwapOptions,
  ): Promise<SwapOutcome> {
    const { name } = expected;
    assertLeaseName(name);
    assertWritable(name, record, event);
    if (expected.storeId !== this.storeId) return { outcome: "conflict" };
    const said = { record: JSON.stringify(record), event: JSON.stringify(event) };
    let swapped: Swapped;
    try {
      this.#refuseClosed();
      swapped = await this.#swaps.swap({ name, expected: expected.revision, ...said, tells: durable }, signal);
    } catch (error) {
      if (!(error instanceof SentError)) throw storeFailure(error, `write lease ${name}`, { name });
      if (lostToAnother(error.cause)) return { outcome: "conflict" };
      const cause = storeFailure(error.cause, `write lease ${name}`, { name });
      if (refusedByServer(error.cause)) throw cause;
      return { outcome: "unknown", cause };
    }
    if (swapped.outcome === "regression") throw epochIsTaken(record, Number(swapped.floor_epoch));
    if (swapped.outcome !== "committed" || swapped.revision === null) return { outcome: "conflict" };
    if (!durable) this.#tell(name);
    // It is committed, whatever becomes of the note; the next read makes it, or says why it cannot.
    await this.#seen.note(name, record.epoch).catch(() => {});
    const [epochFloor, floorWaitMs] = [Number(swapped.floor_epoch), Number(swapped.floor_wait_ms)];
    const snapshot = { name, storeId: this.storeId, record, revision: swapped.revision, epochFloor, floorWaitMs };
    return { outcome: "committed", snapshot };
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

  async *journal(name: string, after?: string): AsyncGenerator<JournalEntry, void, void> {
    assertLeaseName(name);
    const { journal, page } = this.#statements;
    for (let from = after ?? "0"; ;) {
      const values = [name, from, page];
      const { rows } = await this.#ask<Pick<JournalEntry, "revision" | "event" | "record"> & QueryResultRow>(
        `read the journal of lease ${name}`,
        name,
        journal,
        values,
      );
      for (const { revision, event, record } of rows)
        yield {
          revision,
          event: readStored("PostgreSQL", name, () => readLeaseEvent(event)),
          record: this.#recordOf(name, record),
        };
      const last = rows.at(-1);
      if (last === undefined || rows.length < page) return;
      from = last.revision;
    }
  }

  async list(): Promise<readonly string[]> {
    const { rows } = await this.#ask<{ name: string }>("list leases", undefined, this.#statements.list, []);
    return rows.map(({ name }) => name);
  }

  async probe(): Promise<StoreProbe> {
    this.#refuseClosed();
    try {
      return probeOf(this.storeId, await askServer(this.#parts.pool));
    } catch (error) {
      throw storeFailure(causeOf(error), "ask the server what it is");
    }
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    this.#listener.close();
    await this.#parts.end();
  }

  async #ask<Row extends QueryResultRow>(
    doing: string,
    name: string | undefined,
    statement: Statement,
    values: readonly unknown[],
    signal?: AbortSignal,
  ): Promise<QueryResult<Row>> {
    this.#refuseClosed();
    try {
      return await ask<Row>(this.#parts.pool, statement, values, signal);
    } catch (error) {
      throw storeFailure(causeOf(error), doing, name === undefined ? {} : { name });
    }
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

  #recordOf(name: string, found: unknown): LeaseRecord {
    return readStored("PostgreSQL", name, () => readLeaseRecord(found));
  }

  #refuseClosed(): void {
    if (this.#closing.signal.aborted) throw new LeaseError("ESTOREUNAVAILABLE", "PostgreSQL: this store is closed");
  }
}
