import { createLeaseClient } from "@tenure/core";
import type { LeaseStore, Sightings } from "@tenure/core";
import type { LeaseRecord } from "@tenure/schema";
import { fileFence, fileSightings, openFileStore } from "@tenure/store-file";
import type { FencedEntry, FileFence, FileStore } from "@tenure/store-file";
import type { LedgerFiles } from "@tenure/watchdog";
import { tokens } from "../agents/leader.ts";
import type { DiskRates, DiskTroubles } from "./disk-faults.ts";
import { noDiskFaults } from "./disk-faults.ts";
import { JournalTruth } from "./journal-truth.ts";
import type { JournalUnderTest } from "./journal-truth.ts";
import type { Machine } from "./machine.ts";
import { SimDisk } from "./sim-disk.ts";
import { SimFiles } from "./sim-files.ts";
import { simLedger } from "./sim-ledger.ts";
import type { SimProcess } from "./sim-process.ts";
import { VigilBoard } from "./sim-vigil.ts";
import { WatchBoard } from "./sim-watch.ts";

export const DIRECTORY = "/sim/state";
/** Where watchdogs remember their runs: somewhere else, so that whoever is at the state takes no budget away. */
export const RUNS = "/sim/runs";
const FLOOR = "/sim/floor";
/** A copy of the state folder, whose word is that the floor lies where the other one's does. */
const COPY = "/sim/copy";
const OTHER = "/sim/other";
const RESOURCE = "/sim/resource.jsonl";

type Note = Readonly<Record<string, string | undefined>>;

export interface FileBackingOptions {
  readonly machine: Machine;
  readonly lostNotices: number;
  readonly segmentBytes: number;
  readonly rates: () => DiskRates;
  readonly onFault: (kind: string) => void;
  /** Bytes of a file are lost for good, and its whole chain may never be read again. */
  readonly onLost: () => void;
}

/** The embedded store on one machine's disk, and a fenced file beside it. */
export class FileBacking {
  readonly disk: SimDisk;
  readonly troubles: DiskTroubles = { full: false, readOnly: false, hungUntilMs: 0 };
  readonly #options: FileBackingOptions;
  readonly #vigils = new VigilBoard();
  readonly #watches: WatchBoard;
  #storeId = "";
  readonly #fences = new Map<SimProcess, FileFence>();

  constructor(options: FileBackingOptions) {
    this.#options = options;
    const { machine } = options;
    this.disk = new SimDisk(machine.random);
    this.disk.nowMs = () => machine.clock.now().wallMs;
    this.disk.make("/sim", true);
    this.disk.make(RUNS, true);
    this.disk.sync(this.disk.get("/"));
    this.#watches = new WatchBoard(this.disk);
    this.#watches.lossRate = options.lostNotices;
  }

  /** @param safely without any fault: for whoever looks from outside. */
  async open(process: SimProcess, safely = false): Promise<FileStore> {
    const store = await this.#open(process, safely, DIRECTORY, FLOOR);
    this.#storeId = store.storeId;
    return store;
  }

  /** The leases in a copy of the state folder. */
  openCopy(process: SimProcess): Promise<FileStore> {
    return this.#open(process, false, COPY, FLOOR);
  }

  #open(process: SimProcess, safely: boolean, directory: string, floorDirectory: string): Promise<FileStore> {
    const { identity, clock } = process;
    return openFileStore({
      directory,
      floorDirectory,
      clock,
      bootId: identity.bootId,
      randomToken: tokens(`file-${identity.instanceId}-${this.#options.machine.agenda.planned}`),
      fileSystem: this.#files(process, safely),
      segmentBytes: this.#options.segmentBytes,
      segmentsKept: 1_000,
      onMirrorError: () => {},
      surroundings: {
        watch: (folder) => this.#watches.changesFor(process, folder),
        vigil: () => this.#vigils.vigilOf(process),
        mirrorWriter: { prepare: () => Promise.resolve(), write: () => Promise.resolve() },
      },
    });
  }

  sightings(process: SimProcess): Sightings {
    return fileSightings(DIRECTORY, this.#files(process, false));
  }

  async write(process: SimProcess, store: Pick<LeaseStore, "storeId">, name: string, epoch: number): Promise<void> {
    await this.#fenceOf(process).append({ storeId: store.storeId, name }, epoch, "work");
  }

  /** For a child that knows of its lease by its environment alone. */
  async writeAgain(process: SimProcess, name: string, epoch: number): Promise<void> {
    if (this.#storeId !== "") await this.write(process, { storeId: this.#storeId }, name, epoch).catch(() => {});
  }

  ledgerFiles(process: SimProcess): LedgerFiles {
    const { agenda } = this.#options.machine;
    return simLedger(this.#files(process, false), tokens(`runs-${process.identity.instanceId}-${agenda.planned}`));
  }

  /** What a person is told to do with runs that cannot be read. */
  moveRunsAway(): void {
    for (const file of this.disk.list(RUNS)) this.disk.removeTree(`${RUNS}/${file}`);
  }

  async written(process: SimProcess, storeId: string, name: string): Promise<readonly FencedEntry[]> {
    return fileFence({ path: RESOURCE, fileSystem: this.#files(process, true) }).entries({ storeId, name });
  }

  powerCut(): void {
    this.disk.powerCut();
    this.reboot();
  }

  /** What processes kept open is gone with them. */
  reboot(): void {
    this.#vigils.clear();
    this.#fences.clear();
    this.troubles.hungUntilMs = 0;
  }

  deleteState(): void {
    this.disk.removeTree(DIRECTORY);
  }

  deleteFloor(): void {
    this.disk.removeTree(FLOOR);
  }

  /** Whether the floor has note that an epoch stood in the journal. */
  floorKnows(epoch: number): boolean {
    return this.#firstNoteOf(epoch) !== undefined;
  }

  journalOf(directory: string, name: string): JournalUnderTest {
    return {
      directory,
      name,
      isOfAnother: (record) => this.#isOfAnother(record),
      isPassed: (epoch) => this.#notesOf("\\d+").some(({ published }) => Number(published) > epoch),
    };
  }

  /** Whether a term was begun under an epoch that another has, as the floor notes: it is nobody's. */
  #isOfAnother({ epoch, holder, renewals }: LeaseRecord): boolean {
    const by = holder === null || renewals > 0 ? undefined : this.#firstNoteOf(epoch)?.["by"];
    return by !== undefined && by !== holder?.instanceId;
  }

  #firstNoteOf(epoch: number): Note | undefined {
    return this.#notesOf(`${epoch}`)[0];
  }

  #notesOf(epoch: string): readonly Note[] {
    if (this.disk.find(FLOOR) === undefined) return [];
    // One that was torn tells nobody.
    const note = new RegExp(`\\{"published":(?<published>${epoch}),(?:"by":"(?<by>[^"]*)",)?[^\\n{}]*"\\}`, "gu");
    const blocks = this.disk.list(FLOOR).map((file) => this.disk.get(`${FLOOR}/${file}`).content().toString("utf8"));
    return blocks.flatMap((block) => [...block.matchAll(note)].map(({ groups = {} }) => groups));
  }

  /** The journal's files as they are. */
  backUp(): Map<string, Buffer> {
    return new Map(this.#journal().map((path) => [path, Buffer.from(this.disk.get(path).content())]));
  }

  restore(backup: ReadonlyMap<string, Buffer>): void {
    for (const path of this.#journal()) if (!backup.has(path)) this.disk.removeTree(path);
    if (this.disk.find(DIRECTORY) === undefined) return;
    for (const [path, bytes] of backup) this.disk.overwrite(path, bytes);
  }

  /** Changes there are told as well. */
  copy(name: string, onChange: (record: LeaseRecord) => void): void {
    if (this.disk.find(DIRECTORY) === undefined) return;
    this.disk.removeTree(COPY);
    this.disk.make(COPY, true);
    for (const file of this.disk.list(DIRECTORY))
      this.disk.overwrite(`${COPY}/${file}`, Buffer.from(this.disk.get(`${DIRECTORY}/${file}`).content()));
    new JournalTruth(this.disk, this.journalOf(COPY, name), onChange).reload();
  }

  /** The journal of a lease of the same name in another store, free and with higher epochs, as if it were this one's. */
  async anothers(process: SimProcess, name: string): Promise<Map<string, Buffer>> {
    const store = await this.#open(process, true, OTHER, `${OTHER}-floor`);
    const { clock, identity } = process;
    const randomToken = tokens(`other-${identity.instanceId}`);
    const client = createLeaseClient({
      store,
      clock,
      identity: { holderIdentity: "other", holder: identity },
      randomToken,
    });
    const lease = await client.acquire(name, { aboveEpoch: 1_000 });
    await lease.release();
    const whole = this.#journal(OTHER).map((path) => Buffer.from(this.disk.get(path).content()));
    this.disk.removeTree(OTHER);
    this.disk.removeTree(`${OTHER}-floor`);
    const [path = `${DIRECTORY}/${name}.journal.jsonl`] = this.#journal();
    return new Map([[path, Buffer.concat(whole)]]);
  }

  truncate(bytes: number): void {
    const path = this.#journal().at(-1);
    if (path === undefined) return;
    const content = this.disk.get(path).content();
    this.disk.overwrite(path, Buffer.from(content.subarray(0, Math.max(0, content.length - bytes))));
  }

  append(text: string): void {
    const path = this.#journal().at(-1);
    if (path !== undefined) this.disk.append(this.disk.get(path), Buffer.from(text));
  }

  /** What a person is told to do with a journal that cannot be read. */
  moveJournalAway(): void {
    for (const path of this.#journal()) this.disk.removeTree(path);
  }

  #journal(directory: string = DIRECTORY): string[] {
    if (this.disk.find(directory) === undefined) return [];
    return this.disk
      .list(directory)
      .filter((file) => /\.journal(?:\.\d+)?\.jsonl$/u.test(file))
      .map((file) => `${directory}/${file}`)
      .toSorted();
  }

  #fenceOf(process: SimProcess): FileFence {
    const fence = this.#fences.get(process) ?? fileFence({ path: RESOURCE, fileSystem: this.#files(process, false) });
    this.#fences.set(process, fence);
    return fence;
  }

  #files(process: SimProcess, safely: boolean): SimFiles {
    const { machine, rates, onFault, onLost } = this.#options;
    return new SimFiles({
      disk: this.disk,
      process,
      random: machine.random,
      troubles: safely ? { full: false, readOnly: false, hungUntilMs: 0 } : this.troubles,
      rates: safely ? () => noDiskFaults : rates,
      onFault,
      onLost: (inode) => {
        inode.failSync();
        onLost();
      },
    });
  }
}
