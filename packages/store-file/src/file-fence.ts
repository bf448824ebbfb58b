import { LeaseError } from "@tenure/core";
import type { FenceKey, FenceStorage } from "@tenure/core";
import { LINE_FORMAT } from "@tenure/core/line-sum";
import { randomToken } from "@tenure/host";
import { attempt, corrupt, shortWrite, storeFailure } from "./failure.ts";
import { systemFiles } from "./file-system.ts";
import type { FileSystem } from "./file-system.ts";
import { decodeLine, encodeLine, splitLines } from "./line.ts";
import type { FoundLine } from "./line.ts";
import { createWhole, openOwnFile } from "./open-file.ts";
import type { OpenFile } from "./open-file.ts";

const HEADER = { v: LINE_FORMAT, fence: true };
/** Read at a time: a fenced log grows for as long as people keep it. */
const CHUNK_BYTES = 1024 * 1024;
/** Of what was read last this much must still stand at the next look: no two lines end alike, since each ends with its checksum. */
const STOOD_BYTES = 64;
/** Of a text: well below what is ever read at once. */
const TEXT_MAX_BYTES = 16 * 1024 * 1024;

interface FenceLine extends FenceKey {
  readonly v: number;
  readonly epoch: number;
  /** Something that was written under this epoch; without it the line only raises the fence. */
  readonly text?: string;
}

/** Where a text stands that was admitted. */
interface Admitted {
  readonly epoch: number;
  readonly start: number;
  readonly end: number;
}

export interface FileFenceOptions {
  /** The fence, or the fenced log. Created where it is not there; its folder is not. Lines are only ever appended. */
  readonly path: string;
  readonly fileSystem?: FileSystem;
}

export interface FencedEntry {
  readonly epoch: number;
  readonly text: string;
}

/** A line of ours on its way into the file. */
interface Written {
  outcome: "shut-out" | "open";
}

/** A fence that all processes of a machine share and that survives them; keep it beside what it guards. */
export function fileFence(options: FileFenceOptions): FileFence {
  return new FileFence(options.path, options.fileSystem ?? systemFiles);
}

/**
 * A file of lines that only grows: each raises the fence of one lease to an epoch, and may carry a text written under it. The order of
 * lines decides, so a text is admitted in the very step that writes it: one that comes after a higher epoch has no effect, however
 * long its writer was paused between its last check and its write.
 */
export class FileFence implements FenceStorage {
  readonly path: string;
  readonly #files: FileSystem;
  #file: OpenFile | null = null;
  #end = 0;
  /** What stood before `#end`. */
  #stood = Buffer.alloc(0);
  #torn = false;
  /** By the lines before this place in the file. */
  #highest = new Map<string, number>();
  /** Kept when the file goes: what was seen once stays fenced off. */
  readonly #seen = new Map<string, number>();
  /** By the sums of lines that this process is writing: whether a higher epoch was there before. */
  readonly #writing = new Map<string, Written>();
  #admitted = new Map<string, Admitted[]>();

  constructor(path: string, files: FileSystem) {
    this.path = path;
    this.#files = files;
  }

  async load(key: FenceKey): Promise<number> {
    this.#look();
    return this.#seen.get(keyText(key)) ?? 0;
  }

  async raise(key: FenceKey, epoch: number): Promise<number> {
    const highest = await this.load(key);
    if (highest >= epoch && this.#file !== null) return highest;
    await this.#write({ v: LINE_FORMAT, ...pick(key), epoch: Math.max(epoch, highest) });
    return this.load(key);
  }

  /**
   * Writes a text durably, and only if no higher epoch was here before it. Of at most 16 MiB.
   * @throws LeaseError `EFENCED` when one was: nothing took effect; `EUSAGE` for a longer text.
   */
  async append(key: FenceKey, epoch: number, text: string): Promise<void> {
    const { name } = key;
    if (Buffer.byteLength(text) > TEXT_MAX_BYTES)
      throw new LeaseError("EUSAGE", `a text for ${this.path} has more than ${TEXT_MAX_BYTES} bytes`, { name, epoch });
    if ((await this.#write({ v: LINE_FORMAT, ...pick(key), epoch, text })) === "open") return;
    throw new LeaseError(
      "EFENCED",
      `epoch ${epoch} of lease ${name} is fenced off from ${this.path}: epoch ${this.#highest.get(keyText(key))} was here; another leads now`,
      { name, epoch },
    );
  }

  /** What was admitted, in order. */
  async entries(key: FenceKey): Promise<readonly FencedEntry[]> {
    const file = this.#look();
    if (file === null) return [];
    return (this.#admitted.get(keyText(key)) ?? []).map(({ epoch, start, end }) => {
      const text = decodeLine<FenceLine>(file.read(start, end - start - 1).toString())?.fields.text;
      if (text !== undefined) return { epoch, text };
      throw corrupt(`${this.path}, byte ${start}`, "a line that stood here was changed", "Put back a good copy.");
    });
  }

  close(): void {
    this.#file?.release();
    this.#file = null;
  }

  /** Appends one line and makes it durable; answers, once it has been seen in the file, whether a higher epoch was there before. */
  async #write(line: FenceLine): Promise<"shut-out" | "open"> {
    const { text, sum } = encodeLine({ ...line, id: randomToken() });
    const written: Written = { outcome: "open" };
    this.#writing.set(sum, written);
    try {
      await this.#append(text);
      this.#look();
      return written.outcome;
    } finally {
      this.#writing.delete(sum);
    }
  }

  async #append(text: string): Promise<void> {
    if (this.#look() === null) await createWhole(this.#files, this.path, encodeLine(HEADER).text, randomToken);
    const file = this.#look()?.retain();
    if (file === undefined)
      throw new LeaseError("ESTOREUNAVAILABLE", `${this.path} was removed while it was written to`);
    try {
      const bytes = Buffer.from(this.#torn ? `\n${text}` : text);
      if ((await this.#files.append(file.fd, bytes)) !== bytes.length) throw shortWrite();
      await this.#files.datasync(file.fd);
      if (file.look() === null)
        throw new LeaseError("ESTOREUNAVAILABLE", `${this.path} was replaced while it was written to`);
    } catch (error) {
      throw storeFailure(error, `append to ${this.path}`);
    } finally {
      file.release();
    }
  }

  #look(): OpenFile | null {
    const now = this.#file?.look();
    if (!now || this.#file?.appendable !== true || !this.#stands(this.#file, now.size)) this.#reopen();
    const file = this.#file;
    if (file === null) return null;
    const { size } = attempt(`look at ${this.path}`, () => this.#files.fstat(file.fd));
    for (let wanted = CHUNK_BYTES, isLast = false; !isLast && this.#end < size;) {
      const from = this.#end;
      const bytes = file.read(from, Math.min(wanted, size - from));
      isLast = from + bytes.length >= size || bytes.length === 0;
      const lines = splitLines<FenceLine>(bytes, from);
      // A line that is longer than a chunk is read whole.
      wanted = lines.length === 0 ? 2 * wanted : CHUNK_BYTES;
      if (this.#end === 0) this.#end = headerOf(this.path, lines.shift()).end;
      for (const found of lines) this.#take(found);
      const last = bytes.subarray(0, this.#end - from).subarray(-STOOD_BYTES);
      this.#stood = Buffer.concat([this.#stood, last]).subarray(-STOOD_BYTES);
    }
    this.#torn = this.#end < size;
    return file;
  }

  /** Whether it is what was read, and no more than grown: one that was cut may have grown again. */
  #stands(file: OpenFile, size: number): boolean {
    if (size <= this.#end) return size === this.#end;
    const { length } = this.#stood;
    return file.read(this.#end - length, length).equals(this.#stood);
  }

  #take({ line: sealed, start, end }: FoundLine<FenceLine>): void {
    this.#end = end;
    if (sealed === null) return;
    const { fields: line, sum } = sealed;
    const key = keyText(line);
    const highest = this.#highest.get(key) ?? 0;
    this.#highest.set(key, Math.max(highest, line.epoch));
    this.#seen.set(key, Math.max(this.#seen.get(key) ?? 0, line.epoch));
    if (line.text === undefined) return;
    if (line.epoch < highest) {
      const written = this.#writing.get(sum);
      if (written !== undefined) written.outcome = "shut-out";
      return;
    }
    const admitted = this.#admitted.get(key) ?? [];
    admitted.push({ epoch: line.epoch, start, end });
    this.#admitted.set(key, admitted);
  }

  #reopen(): void {
    this.close();
    this.#file = openOwnFile(this.#files, this.path, "append");
    this.#end = 0;
    this.#stood = Buffer.alloc(0);
    this.#highest = new Map();
    this.#admitted = new Map();
  }
}

/** Never a line into a file that is something else. */
function headerOf(path: string, first: FoundLine<FenceLine> | undefined): FoundLine<FenceLine> {
  const fields: Partial<typeof HEADER> | undefined = first?.line?.fields;
  if (first === undefined || fields?.fence !== true)
    throw corrupt(`${path}, line 1`, "this is no fence", "Choose another path, or put back a good copy.");
  if (Number(fields.v) > LINE_FORMAT)
    throw new LeaseError(
      "ESCHEMAVERSION",
      `${path} is of format ${fields.v}, and this build knows ${LINE_FORMAT}; install the version of tenure that wrote it`,
    );
  return first;
}

function pick({ storeId, name }: FenceKey): FenceKey {
  return { storeId, name };
}

function keyText({ storeId, name }: FenceKey): string {
  return JSON.stringify([storeId, name]);
}
