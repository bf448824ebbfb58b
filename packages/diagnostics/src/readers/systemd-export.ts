const LINE_FEED = 0x0a;
const EQUALS = 0x3d;
const SIZE_BYTES = 8;
/** Of one field; longer ones are left out, and their entry counts as cut. */
const FIELD_MAX_BYTES = 1_048_576;
const FIELDS_MAX = 1_000;
/** No field of a journal is longer: what says so is a line of text. */
const FIELD_MOST_BYTES = 2 ** 30;

export interface ExportedEntry {
  /** The line of the file that it begins in. */
  readonly line: number;
  readonly fields: Readonly<Record<string, string>>;
  /** Whether a field was left out, or the file ended within it. */
  readonly isCut: boolean;
}

/** Whether a file begins as `journalctl -o export` does. */
export function isJournalExport(start: Uint8Array): boolean {
  return /^__(?:CURSOR|REALTIME_TIMESTAMP)=/u.test(Buffer.from(start.subarray(0, 64)).toString("latin1"));
}

/**
 * The entries of `journalctl -o export`: a field a line as `NAME=value`, or where a value is no plain text its name alone, its length in
 * eight bytes, and its bytes; an empty line after each entry. Colours alone make a message no plain text.
 */
export async function* exportedEntries(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ExportedEntry, void, void> {
  const reader = new ExportReader();
  for await (const chunk of chunks) yield* reader.take(chunk);
  yield* reader.end();
}

class ExportReader {
  #rest: Buffer = Buffer.alloc(0);
  #line = 1;
  #begin = 1;
  #fields = new Map<string, string>();
  #isCut = false;
  /** Bytes still to pass over of a value that is too long. */
  #skipping = 0;
  #skipsLine = false;

  *take(chunk: Uint8Array): Generator<ExportedEntry, void, void> {
    this.#rest = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk]);
    for (;;) {
      if (!this.#skipped()) return;
      const feed = this.#rest.indexOf(LINE_FEED);
      if (feed === -1) {
        if (this.#rest.length > FIELD_MAX_BYTES) this.#skipLine();
        return;
      }
      if (this.#skipsLine) this.#skipsLine = false;
      else if (feed === 0) yield* this.#entry();
      else {
        const taken = this.#field(feed);
        if (taken === 0) return;
        this.#pass(taken);
        continue;
      }
      this.#pass(feed + 1);
    }
  }

  *end(): Generator<ExportedEntry, void, void> {
    this.#isCut ||= this.#rest.length > 0 || this.#skipping > 0;
    yield* this.#entry();
  }

  *#entry(): Generator<ExportedEntry, void, void> {
    if (this.#fields.size > 0 || this.#isCut)
      yield { line: this.#begin, fields: Object.fromEntries(this.#fields), isCut: this.#isCut };
    this.#fields = new Map<string, string>();
    this.#isCut = false;
    this.#begin = this.#line + 1;
  }

  /** @returns how many bytes it took; 0: it is not all there yet. */
  #field(feed: number): number {
    const equals = this.#rest.subarray(0, feed).indexOf(EQUALS);
    if (equals !== -1) {
      this.#keep(this.#rest.toString("utf8", 0, equals), this.#rest.subarray(equals + 1, feed));
      return feed + 1;
    }
    const start = feed + 1 + SIZE_BYTES;
    if (this.#rest.length < start) return 0;
    const size = Number(this.#rest.readBigUInt64LE(feed + 1));
    if (size > FIELD_MOST_BYTES) {
      this.#isCut = true;
      return feed + 1;
    }
    if (size > FIELD_MAX_BYTES) {
      this.#isCut = true;
      this.#skipping = size + 1;
      return start;
    }
    if (this.#rest.length < start + size + 1) return 0;
    this.#keep(this.#rest.toString("utf8", 0, feed), this.#rest.subarray(start, start + size));
    return start + size + 1;
  }

  #keep(name: string, value: Uint8Array): void {
    if (this.#fields.size < FIELDS_MAX) this.#fields.set(name, Buffer.from(value).toString());
    else this.#isCut = true;
  }

  #skipped(): boolean {
    const passed = Math.min(this.#skipping, this.#rest.length);
    this.#skipping -= passed;
    this.#pass(passed);
    return this.#skipping === 0;
  }

  #skipLine(): void {
    this.#isCut = true;
    this.#skipsLine = true;
    this.#pass(this.#rest.length);
  }

  #pass(bytes: number): void {
    for (let at = this.#rest.indexOf(LINE_FEED); at !== -1 && at < bytes; at = this.#rest.indexOf(LINE_FEED, at + 1))
      this.#line++;
    this.#rest = this.#rest.subarray(bytes);
  }
}
