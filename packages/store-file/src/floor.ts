import { join } from "node:path";
import { waitMsOf } from "@tenure/core";
import { LINE_FORMAT } from "@tenure/core/line-sum";
import type { LeaseRecord } from "@tenure/schema";
import { ownDirectory } from "./directory.ts";
import { attempt, corrupt, shortWrite, storeFailure, unlessAbsent } from "./failure.ts";
import type { FileSystem } from "./file-system.ts";
import { FloorNotes, type FloorLine } from "./floor-notes.ts";
import { layout, numbersOf } from "./layout.ts";
import { encodeLine, splitLines } from "./line.ts";
import { createWhole, openOwnFile, syncDirectory } from "./open-file.ts";
import type { OpenFile } from "./open-file.ts";
import type { Owner } from "./tail.ts";

/** Epochs reserved by one durable write. */
const BLOCK = 64;
/** So many before the end of a block the next one is prepared: making one takes as long as a few dozen terms of a busy lease. */
const AHEAD = 48;

/** The block that new epochs are noted in. */
interface Block {
  readonly file: OpenFile;
  readonly reserved: number;
}

export interface FloorContext {
  readonly files: FileSystem;
  readonly directory: string;
  readonly owner: Owner;
  readonly bootId: string;
  readonly randomToken: () => string;
  /** Whether folders that others may write to are accepted. */
  readonly insecure: boolean;
}

/**
 * The second copy of a lease's epoch, outside the state folder, so that it survives that folder.
 *
 * Epochs are reserved in blocks of 64. A block is a file whose name says up to where; it is made durable before any of its epochs
 * is published. In it, each epoch is noted as intended before and as published after its journal line, without a sync: what a
 * power cut takes of that, the reservation covers, since no later boot issues from a block of an earlier one. A larger number
 * always wins and files only appear, so no writer, however long it was paused, can take the floor back.
 */
export class Floor {
  readonly #context: FloorContext;
  #block: Block | null = null;
  /** How far each block was read. They stay open, so that no other file is taken for one of them. */
  readonly #read = new Map<number, { readonly file: OpenFile; readonly end: number }>();
  /** Those that were there at the last load, by the epochs that they end with. */
  #blocks: readonly number[] = [];
  #preparing: Promise<void> = Promise.resolve();
  readonly #notes = new FloorNotes();
  /** Up to where other boots have reserved: what they noted last may be lost. */
  #reservedElsewhere = 0;
  /** The block whose name is known to survive a power cut: whoever made it may have died before it was. */
  #named: bigint | null = null;
  /** What this process itself saw in the journal. */
  #seen = 0;

  constructor(context: FloorContext) {
    this.#context = context;
  }

  /** No epoch up to this one may be issued again when the journal does not show it. */
  get issued(): number {
    return Math.max(this.#notes.intended, this.#used);
  }

  /** The highest epoch that certainly stood in the journal. */
  get shown(): number {
    return Math.max(this.#notes.published, this.#seen);
  }

  /** Whether a term was begun under an epoch that is noted as another's: nobody led by it, or may. */
  isOfAnother(record: LeaseRecord): boolean {
    return this.#notes.isOfAnother(record);
  }

  get waitMs(): number {
    return this.#notes.waitMs;
  }

  see(record: LeaseRecord): void {
    this.#seen = Math.max(this.#seen, record.epoch);
    this.#notes.take({ waitMs: waitMsOf(record) });
  }

  /** Reads what is on disk; for a journal that was just opened, or found replaced. */
  load(): void {
    this.close();
    this.#blocks = this.#listBlocks();
    for (const reserved of this.#blocks) this.#take(reserved);
  }

  /** As `load`, but reads only what was appended since. */
  #catchUp(): void {
    if (this.#block?.file.appendable !== true || this.#listBlocks().join() !== this.#blocks.join()) return this.load();
    for (const reserved of this.#blocks) {
      const read = this.#read.get(reserved);
      const now = read?.file.look();
      if (read === undefined || !now || now.size < read.end) return this.load();
      if (now.size > read.end) this.#takeLines(reserved, read.file, read.end, now.size);
    }
  }

  /**
   * Puts on record that `record` is about to be published, durably so if its epoch lies beyond what is reserved. That takes time, so
   * `stillWanted` is asked after it, and throws if not: an epoch that was intended and never published has to be waited out.
   *
   * `false`: the epoch is not to be had. What others published counts also where their journal was taken away or put back since.
   */
  async intend(record: LeaseRecord, stillWanted: () => void): Promise<boolean> {
    const { epoch } = record;
    // What others published while the disk was waited for counts as well.
    do this.#catchUp();
    while (await this.#makeRoom(record));
    if (epoch <= this.#used) return false;
    stillWanted();
    const intended = { intended: epoch, waitMs: waitMsOf(record) };
    this.#append(intended);
    this.#notes.take(intended);
    await this.#removeBlocks(epoch);
    return true;
  }

  confirm(record: LeaseRecord): void {
    const published = { published: record.epoch, by: record.holder?.instanceId, waitMs: waitMsOf(record) };
    this.#append(published);
    // Who noted it first is told by the file alone.
    this.#catchUp();
    this.#notes.take(published);
    // One process prepares the next block in time, so that they do not all stand still for it at once.
    if (record.epoch + AHEAD === this.#reserved)
      this.#preparing = this.#reserve(record, this.#reserved + BLOCK).catch(() => {});
  }

  /**
   * Makes sure, ahead of time, that the block in use survives a power cut.
   * @returns whether the disk had to be waited for
   */
  async rehearse(): Promise<boolean> {
    const ino = this.#block?.file.facts.ino;
    if (ino === undefined || ino === this.#named) return false;
    await syncDirectory(this.#context.files, this.#context.directory);
    this.#named = ino;
    return true;
  }

  /** Resolves when nothing of ours is under way. */
  settled(): Promise<void> {
    return this.#preparing;
  }

  close(): void {
    this.#settle(null);
    for (const reserved of this.#read.keys()) this.#forget(reserved);
  }

  /** Not to be had by anyone. What others of this boot merely intended may still be, by whoever's line comes first. */
  get #used(): number {
    return Math.max(this.shown, this.#reservedElsewhere);
  }

  /** Up to where this boot may issue without a further durable write. */
  get #reserved(): number {
    return this.#block?.reserved ?? 0;
  }

  /** Takes a step, if one is needed, towards a block that an epoch can be noted in, and that survives a power cut. */
  async #makeRoom(record: LeaseRecord): Promise<boolean> {
    const { epoch } = record;
    if (epoch <= this.#used || epoch <= this.#reserved) return await this.rehearse();
    await this.#reserve(record, Math.min(Math.ceil(epoch / BLOCK) * BLOCK, Number.MAX_SAFE_INTEGER));
    return true;
  }

  #settle(block: Block | null): void {
    this.#block?.file.release();
    this.#block = block;
  }

  #listBlocks(): number[] {
    const { files, directory, owner } = this.#context;
    const names = attempt(`list ${directory}`, () => unlessAbsent([], () => files.list(directory)));
    return numbersOf(names, `${owner.name}.floor.`, ".jsonl");
  }

  /** Takes in what one block says. */
  #take(reserved: number): void {
    const { files, directory, owner, bootId } = this.#context;
    const file = openOwnFile(files, join(directory, layout.floor(owner.name, reserved)), "append");
    // Removed, since a later one stands for it.
    if (file === null) return;
    try {
      const [header] = this.#takeLines(reserved, file, 0, file.facts.size);
      const ofThisBoot = header?.bootId === bootId;
      if (!ofThisBoot) this.#reservedElsewhere = Math.max(this.#reservedElsewhere, reserved);
      if (ofThisBoot && reserved > this.#reserved) this.#settle({ file: file.retain(), reserved });
    } finally {
      file.release();
    }
  }

  /** Takes in what stands in a block between `start` and `size`. */
  #takeLines(reserved: number, file: OpenFile, start: number, size: number): readonly FloorLine[] {
    const found = splitLines<FloorLine>(file.read(start, size - start), start);
    const lines = found.flatMap(({ line }) => line?.fields ?? []);
    if (start === 0) refuseForeign(file.path, lines[0], this.#context.owner);
    for (const line of lines) this.#notes.take(line);
    if (!this.#read.has(reserved)) file.retain();
    this.#read.set(reserved, { file, end: found.at(-1)?.end ?? start });
    return lines;
  }

  #forget(reserved: number): void {
    this.#read.get(reserved)?.file.release();
    this.#read.delete(reserved);
  }

  async #reserve(record: LeaseRecord, reserved: number): Promise<void> {
    const { files, directory, owner, bootId, randomToken } = this.#context;
    const waitMs = Math.max(this.waitMs, waitMsOf(record));
    // Not what was only seen: a line that nobody has synced may go with the power, and what stood before it counts again.
    const { published, publishedBy: by } = this.#notes;
    const header = { v: LINE_FORMAT, ...owner, bootId, intended: this.issued, published, by, waitMs };
    await ownDirectory(files, directory, this.#context.insecure);
    await createWhole(files, join(directory, layout.floor(owner.name, reserved)), encodeLine(header).text, randomToken);
    this.load();
  }

  /** Removes the blocks that end before an epoch which is noted in a later one. */
  async #removeBlocks(epoch: number): Promise<void> {
    const { files, directory, owner } = this.#context;
    for (const block of this.#blocks.filter((other) => other < epoch)) {
      await files.unlink(join(directory, layout.floor(owner.name, block))).catch(() => {});
      this.#forget(block);
    }
    this.#blocks = this.#blocks.filter((block) => block >= epoch);
  }

  #append(line: FloorLine): void {
    if (this.#block === null) return;
    const { path, fd } = this.#block.file;
    // The line feed first ends whatever a writer before may have left torn.
    const bytes = Buffer.from(`\n${encodeLine(line).text}`);
    const written = attempt(`append to ${path}`, () => this.#context.files.appendNow(fd, bytes));
    if (written !== bytes.length) throw storeFailure(shortWrite(), `append to ${path}`);
  }
}

function refuseForeign(path: string, header: FloorLine | undefined, { name, storeId }: Owner): void {
  if (header !== undefined && header.storeId === storeId && header.name === name) return;
  throw corrupt(
    `${path}, line 1`,
    `this is not the floor of lease ${name} of store ${storeId}`,
    "If the journal is sound, move this file to another folder; the epoch then rests on the journal alone.",
    { name },
  );
}
