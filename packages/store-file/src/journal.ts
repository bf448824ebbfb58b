import { LeaseError } from "@tenure/core";
import type { Head, JournalLine } from "./chain.ts";
import { attempt, storeFailure, unlessAbsent } from "./failure.ts";
import type { FileSystem } from "./file-system.ts";
import { segmentNumbers, segmentPath } from "./layout.ts";
import { splitLines } from "./line.ts";
import { openOwnFile } from "./open-file.ts";
import type { OpenFile } from "./open-file.ts";
import { readOn, readTail } from "./tail.ts";
import type { Owner, Position } from "./tail.ts";

/**
 * What became of a line of ours. `missing`: it is not in the journal, though it was written; the file was taken away or replaced
 * meanwhile. `torn`: only part of it was written, and it can never take effect.
 */
export type Verdict = "effect" | "void" | "torn" | "missing";

export interface Appended {
  readonly verdict: Verdict;
  /** Where the journal stands now, if that could be seen. */
  readonly place: Place | null;
  /** What went wrong on the way, if anything. */
  readonly cause: unknown;
}

/** A place in the journal: a segment kept open, and how far it was read. */
export interface Place {
  readonly file: OpenFile;
  readonly segment: number;
  readonly position: Position;
  /** The file ends in the middle of a line. */
  readonly torn: boolean;
}

/** The newest segment could not be told because it kept changing. Never seen, but nothing loops for ever. */
const LOOKS = 10;

/** One lease's journal, followed by one process. It knows lines and their order, and nothing of leases. */
export class Journal {
  readonly owner: Owner;
  readonly files: FileSystem;
  readonly directory: string;
  /** Lines passed over since this process began to read. */
  voids = 0;
  /** Times the journal was read anew: 1 at first, and once more whenever its file was replaced, cut or gone on with. */
  loads = 0;
  #place: Place | null = null;
  /** The number that a segment would have if one had to be begun. */
  #vacant = 1;
  /** Lines of ours whose fate is not known yet. */
  readonly #ours = new Map<string, Verdict>();

  constructor(files: FileSystem, directory: string, owner: Owner) {
    this.files = files;
    this.directory = directory;
    this.owner = owner;
  }

  /** Where the journal stands now; `null` when there is none. Asks the kernel, never the disk, when it is warm. */
  look(): Place | null {
    // It may be writable by now.
    if (this.#place?.file.appendable === false) this.#forget();
    for (let looks = 0; looks < LOOKS; looks += 1) {
      const place = this.#place ?? this.#load();
      if (place === null) return null;
      const now = place.file.look();
      const next = now === null ? null : this.#readOn(place, now.size);
      if (next !== null && !this.#goesOn(next.position.head)) return (this.#place = next);
      this.#forget();
    }
    throw new LeaseError("ESTOREUNAVAILABLE", `the journal of ${this.owner.name} in ${this.directory} keeps changing`, {
      name: this.owner.name,
    });
  }

  /**
   * As `look`, and at the folder as well: a segment that another follows is left also when somebody cut its seal off. What was written
   * there since is no part of the journal.
   */
  lookFurther(): Place | null {
    const place = this.look();
    if (place === null || !this.#isThere(place.segment + 1)) return place;
    // Seal and segment may have come since.
    const now = this.look();
    if (now?.file !== place.file) return now;
    for (const sum of this.#ours.keys()) this.#ours.set(sum, "missing");
    this.#forget();
    return this.look();
  }

  /** The path of the segment with which a new journal would begin. Known after `look` answered `null`. */
  get vacantPath(): string {
    return segmentPath(this.directory, this.owner.name, this.#vacant);
  }

  /** Appends one line where `look` left off and says what became of it. Never throws: what was sent may have taken effect. */
  async append(place: Place, line: { readonly text: string; readonly sum: string }, now: boolean): Promise<Appended> {
    const bytes = Buffer.from(place.torn ? `\n${line.text}` : line.text);
    const file = place.file.retain();
    this.#ours.set(line.sum, "missing");
    let written = 0;
    let looked = true;
    let seen: Place | null = null;
    let cause: unknown;
    try {
      written = now ? this.files.appendNow(file.fd, bytes) : await this.files.append(file.fd, bytes);
    } catch (error) {
      cause = error;
    }
    try {
      seen = this.lookFurther();
    } catch (error) {
      looked = false;
      cause ??= error;
    } finally {
      file.release();
    }
    /* v8 ignore next -- it was put there above; the type alone does not know */
    const verdict = this.#ours.get(line.sum) ?? "missing";
    this.#ours.delete(line.sum);
    // But for its line feed a line is whole, and takes effect as soon as the next writer ends it.
    const torn = verdict === "missing" && looked && written < bytes.length - 1;
    return { verdict: torn ? "torn" : verdict, place: seen, cause };
  }

  /** Makes all that stands in a segment survive a power cut. A file whose sync failed is never trusted again. */
  async sync(file: OpenFile): Promise<void> {
    file.retain();
    try {
      await this.files.datasync(file.fd);
    } catch (error) {
      if (this.#place?.file === file) this.#forget();
      throw storeFailure(error, `sync ${file.path}`, { name: this.owner.name });
    } finally {
      file.release();
    }
  }

  close(): void {
    this.#forget();
  }

  #load(): Place | null {
    const { name } = this.owner;
    // A folder that was removed holds no journal, like one that was emptied.
    const list = (): string[] => unlessAbsent([], () => this.files.list(this.directory));
    const newest = segmentNumbers(attempt(`list ${this.directory}`, list), name).at(-1);
    this.#vacant = (newest ?? 0) + 1;
    const file =
      newest === undefined ? null : openOwnFile(this.files, segmentPath(this.directory, name, newest), "append");
    if (file === null || newest === undefined) return null;
    try {
      const { size } = file.facts;
      // An emptied journal holds nothing that could be overwritten; the next one begins beside it.
      if (size === 0) return (file.release(), null);
      const position = readTail(file, size, this.owner);
      this.#note(position);
      this.loads += 1;
      return (this.#place = { file, segment: newest, position, torn: position.end < size });
    } catch (error) {
      file.release();
      throw error;
    }
  }

  /** `null`: this is not the file that was read before. */
  #readOn(place: Place, size: number): Place | null {
    const { file, position } = place;
    const { headStart, stood, end } = position;
    if (size < end) return null;
    if (size === end) return place.torn ? { ...place, torn: false } : place;
    const bytes = file.read(headStart, size - headStart);
    if (!bytes.subarray(0, stood.length).equals(stood)) return null;
    const lines = splitLines<JournalLine>(bytes.subarray(end - headStart), end);
    const next = readOn(file, position, lines, bytes, headStart);
    for (const { line } of lines) if (line !== null && this.#ours.has(line.sum)) this.#ours.set(line.sum, "effect");
    this.#note(next);
    return { ...place, position: next, torn: next.end < size };
  }

  #note({ voids }: Position): void {
    this.voids += voids.length;
    for (const { line } of voids) if (line !== null && this.#ours.has(line.sum)) this.#ours.set(line.sum, "void");
  }

  #goesOn({ sealedInto }: Head): boolean {
    return sealedInto !== null && this.#isThere(sealedInto);
  }

  #isThere(segment: number): boolean {
    const path = segmentPath(this.directory, this.owner.name, segment);
    return attempt(`look at ${path}`, () => this.files.lstat(path)) !== undefined;
  }

  #forget(): void {
    this.#place?.file.release();
    this.#place = null;
  }
}
