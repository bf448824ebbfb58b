import { setMaxListeners } from "node:events";
import type {
  JournalEntry,
  LeaseStore,
  RequestOptions,
  Snapshot,
  StoreGuarantees,
  StoreProbe,
  SwapOptions,
  SwapOutcome,
} from "@tenure/core";
import { LeaseError } from "@tenure/core";
import type { LeaseEvent, LeaseRecord } from "@tenure/schema";
import { assertLeaseName } from "@tenure/schema/light";
import { attempt, unlessAbsent } from "./failure.ts";
import { Floor } from "./floor.ts";
import type { FloorContext } from "./floor.ts";
import { fileStoreGuarantees } from "./guarantees.ts";
import { readEntries } from "./journal-entries.ts";
import { Journal } from "./journal.ts";
import { leaseNames } from "./layout.ts";
import { LeaseFile } from "./lease-file.ts";
import { Mirror } from "./mirror.ts";
import type { MirrorContext } from "./mirror.ts";
import { probeStore } from "./probe.ts";
import type { DirectoryChanges, StoreVigil } from "./surroundings.ts";
import { verifyJournal } from "./verify.ts";
import type { JournalReport } from "./verify.ts";

export interface FileStoreContext
  extends Omit<FloorContext, "owner" | "directory">, Omit<MirrorContext, "name" | "onError"> {
  readonly floorDirectory: string;
  readonly segmentBytes: number;
  readonly segmentsKept: number;
  readonly watch: DirectoryChanges;
  readonly vigil: StoreVigil;
  readonly restore: () => Promise<void>;
  readonly onMirrorError: (name: string, error: unknown) => void;
}

/** How long `close` waits for what is under way. */
const CLOSE_MS = 2_000;

interface Opened {
  readonly file: LeaseFile;
  readonly mirror: Mirror;
}

/** Leases in a folder of this machine. */
export class FileStore implements LeaseStore {
  readonly storeId: string;
  readonly directory: string;
  /** Where the second copy of each epoch lies. */
  readonly floorDirectory: string;
  readonly guarantees: StoreGuarantees = fileStoreGuarantees;
  readonly vigil: StoreVigil;
  readonly #context: FileStoreContext;
  readonly #opened = new Map<string, Opened>();
  readonly #closing = new AbortController();

  constructor(context: FileStoreContext) {
    this.#context = context;
    this.storeId = context.storeId;
    this.directory = context.directory;
    this.floorDirectory = context.floorDirectory;
    this.vigil = context.vigil;
    // One for each lease that is watched, of which there may be thousands.
    setMaxListeners(0, this.#closing.signal);
  }

  async read(name: string, _options?: RequestOptions): Promise<Snapshot> {
    return this.#open(name).file.read();
  }

  async compareAndSwap(
    expected: Snapshot,
    record: LeaseRecord,
    event: LeaseEvent,
    options: SwapOptions,
  ): Promise<SwapOutcome> {
    return this.#open(expected.name).file.swap(expected, record, event, options);
  }

  async *watch(name: string, options: { readonly signal: AbortSignal }): AsyncGenerator<Snapshot, void, void> {
    const { file, mirror } = this.#open(name);
    void Promise.all([file.rehearse(), mirror.rehearse()]).catch(() => {});
    const ends = [options.signal, this.#closing.signal];
    let wake = (): void => {};
    let isTold = true;
    const tell = (): void => {
      isTold = true;
      wake();
    };
    const unsubscribe = this.#context.watch.subscribe(name, tell);
    for (const end of ends) end.addEventListener("abort", tell);
    let seen: string | null = null;
    try {
      for (;;) {
        if (!isTold)
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        isTold = false;
        if (ends.some(({ aborted }) => aborted)) return;
        const snapshot = file.read();
        if (snapshot.revision === seen) continue;
        seen = snapshot.revision;
        yield snapshot;
      }
    } finally {
      for (const end of ends) end.removeEventListener("abort", tell);
      unsubscribe();
    }
  }

  async *journal(name: string, after?: string): AsyncGenerator<JournalEntry, void, void> {
    const { journal } = this.#open(name).file;
    yield* readEntries(journal, after);
  }

  async list(): Promise<readonly string[]> {
    this.#refuseClosed();
    const { files, directory, floorDirectory } = this.#context;
    const inJournals = attempt(`list ${directory}`, () => files.list(directory));
    const inFloors = attempt(`list ${floorDirectory}`, () => unlessAbsent([], () => files.list(floorDirectory)));
    return leaseNames(inJournals, inFloors);
  }

  async probe(): Promise<StoreProbe> {
    this.#refuseClosed();
    return probeStore(this.#context);
  }

  /** Reads one lease's whole journal and says what is wrong with it, for `doctor`. Changes nothing. */
  async verify(name: string): Promise<JournalReport> {
    return verifyJournal(this.#open(name).file.journal);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#context.watch.close();
    const opened = [...this.#opened.values()];
    this.#opened.clear();
    const settled = opened.map(async ({ file, mirror }) => {
      await file.settled();
      await mirror.flush();
    });
    await Promise.all([this.vigil.close(), this.#within(CLOSE_MS, Promise.all(settled))]);
    for (const { file } of opened) file.close();
  }

  /** A disk that does not answer must not keep a process from ending. */
  async #within(limitMs: number, work: Promise<unknown>): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = this.#context.clock.startTimer(limitMs, resolve);
      void work.finally(() => (timer.cancel(), resolve())).catch(() => {});
    });
  }

  #open(name: string): Opened {
    this.#refuseClosed();
    const opened = this.#opened.get(name);
    if (opened !== undefined) return opened;
    assertLeaseName(name);
    const { files, directory, floorDirectory, storeId } = this.#context;
    const owner = { storeId, name };
    const mirror = new Mirror({ ...this.#context, name, onError: (error) => this.#context.onMirrorError(name, error) });
    const file = new LeaseFile({
      ...this.#context,
      journal: new Journal(files, directory, owner),
      floor: new Floor({ ...this.#context, directory: floorDirectory, owner }),
      onWritten: ({ position }, durable) => mirror.show(position.head, durable),
    });
    const fresh = { file, mirror };
    this.#opened.set(name, fresh);
    return fresh;
  }

  #refuseClosed(): void {
    if (this.#closing.signal.aborted)
      throw new LeaseError("ESTOREUNAVAILABLE", `the store in ${this.directory} was closed`);
  }
}
