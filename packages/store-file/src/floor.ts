import { join } from "node:path";
import type { LeaseRecord } from "@tenure/schema";
import { ownDirectory } from "./directory.ts";
import { attempt, corrupt, storeFailure } from "./failure.ts";
import type { FileSystem } from "./file-system.ts";
import { layout, numbersOf } from "./layout.ts";
import { encodeLine, FORMAT, splitLines } from "./line.ts";
import { createWhole, openOwnFile } from "./open-file.ts";
import type { OpenFile } from "./open-file.ts";
import type { Owner } from "./tail.ts";

/** Epochs reserved by one durable write. */
const BLOCK = 64;

interface FloorLine {
  /** In the first line. */
  readonly storeId?: string;
  readonly name?: string;
  readonly bootId?: string;
  /** About to be published under this epoch… */
  readonly intended?: number;
  /** …and published. */
  readonly published?: number;
  /** How long that term may outlive its last renewal. */
  readonly waitMs: number;
}

interface Block {
  readonly file: OpenFile;
  readonly reserved: number;
  readonly ofThisBoot: boolean;
}

export interface FloorContext {
  readonly files: FileSystem;
  readonly directory: string;
  readonly owner: Owner;
  readonly bootId: string;
  readonly randomToken: () => string;
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
  #intended = 0;
  #published = 0;
  #waitMs = 0;
  /** What this process itself saw in the journal. */
  #seen = 0;

  constructor(context: FloorContext) {
    this.#context = context;
  }

  /** No epoch up to this one may be issued again when the journal does not show it. */
  get issued(): number {
    return Math.max(this.#intended, this.#block?.ofThisBoot === false ? this.#block.reserved : 0, this.shown);
  }

  /** The highest epoch that certainly stood in the journal. */
  get shown(): number {
    return Math.max(this.#published, this.#seen);
  }

  get waitMs(): number {
    return this.#waitMs;
  }

  see(record: LeaseRecord): void {
    if (record.epoch < this.#seen) return;
    this.#seen = record.epoch;
    this.#waitMs = Math.max(this.#waitMs, waitMsOf(record));
  }

  /** Reads what is on disk; for a journal that was just opened, or found replaced. */
  load(): void {
    const { files, directory, owner } = this.#context;
    const reserved = this.#blocks().at(-1);
    if (reserved === undefined || reserved === this.#block?.reserved) {
      this.#read();
      return;
    }
    const path = join(directory, layout.floor(owner.name, reserved));
    const file = openOwnFile(files, path, "append");
    if (file === null) return;
    this.#block?.file.release();
    this.#block = { file, reserved, ofThisBoot: false };
    const header = this.#read();
    this.#block = { file, reserved, ofThisBoot: header === this.#context.bootId };
  }

  /** Puts on record that `record` is about to be published, durably so if its epoch lies beyond what is reserved. */
  async intend(record: LeaseRecord): Promise<void> {
    if (this.#block?.file.look() === null) this.close();
    const reserved = this.#block?.ofThisBoot === true ? this.#block.reserved : 0;
    if (record.epoch > reserved) await this.#reserve(record);
    this.#append({ intended: record.epoch, waitMs: waitMsOf(record) });
    this.#intended = Math.max(this.#intended, record.epoch);
  }

  confirm(record: LeaseRecord): void {
    this.#append({ published: record.epoch, waitMs: waitMsOf(record) });
    this.#published = Math.max(this.#published, record.epoch);
  }

  close(): void {
    this.#block?.file.release();
    this.#block = null;
  }

  #blocks(): number[] {
    const { files, directory, owner } = this.#context;
    const names = attempt(`list ${directory}`, () => files.list(directory));
    return numbersOf(names, `${owner.name}.floor.`, ".jsonl");
  }

  /** Takes in the block's lines; answers with the boot that made it. */
  #read(): string | undefined {
    if (this.#block === null) return undefined;
    const { file } = this.#block;
    const size = attempt(`look at ${file.path}`, () => this.#context.files.fstat(file.fd)).size;
    const lines = splitLines<FloorLine>(file.read(0, size), 0).flatMap(({ line }) =>
      line === null ? [] : [line.fields],
    );
    const header = lines[0];
    const { storeId, name } = this.#context.owner;
    if (header === undefined || header.storeId !== storeId || header.name !== name)
      throw corrupt(
        `${file.path}, line 1`,
        `this is not the floor of lease ${name} of store ${storeId}`,
        "If the journal is sound, move this file to another folder; the epoch then rests on the journal alone.",
        { name },
      );
    for (const { intended = 0, published = 0, waitMs } of lines) {
      this.#intended = Math.max(this.#intended, intended);
      this.#published = Math.max(this.#published, published);
      this.#waitMs = Math.max(this.#waitMs, waitMs);
    }
    return header.bootId;
  }

  async #reserve(record: LeaseRecord): Promise<void> {
    const { files, directory, owner, bootId, randomToken } = this.#context;
    const reserved = Math.ceil(record.epoch / BLOCK) * BLOCK;
    const waitMs = Math.max(this.#waitMs, waitMsOf(record));
    const intended = Math.max(this.issued, reserved - BLOCK);
    const header = { v: FORMAT, ...owner, bootId, intended, published: this.shown, waitMs };
    const path = join(directory, layout.floor(owner.name, reserved));
    await ownDirectory(files, directory);
    await createWhole(files, path, encodeLine(header).text, randomToken);
    this.load();
    // Whatever the older ones say is less than what this one begins with.
    const older = this.#blocks().filter((block) => block < reserved);
    await Promise.all(
      older.map((block) => files.unlink(join(directory, layout.floor(owner.name, block))).catch(() => {})),
    );
  }

  #append(line: FloorLine): void {
    const { files } = this.#context;
    const block = this.#block;
    if (block === null) return;
    // The line feed first ends whatever a writer before may have left torn.
    const bytes = Buffer.from(`\n${encodeLine(line).text}`);
    try {
      if (files.appendNow(block.file.fd, bytes) === bytes.length) return;
    } catch (error) {
      throw storeFailure(error, `append to ${block.file.path}`);
    }
    throw storeFailure(Object.assign(new Error("short write"), { code: "ENOSPC" }), `append to ${block.file.path}`);
  }
}

function waitMsOf(record: LeaseRecord): number {
  return record.leaseDurationMs + record.lockDelayMs;
}
