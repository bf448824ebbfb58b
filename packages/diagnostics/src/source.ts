/** A file to read, as bytes that come; who opens it is the caller's business. */
export interface Source {
  /** As it is to be named in evidence. */
  readonly name: string;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** When it was last written, in milliseconds since 1970, where that is known: it dates what has no year, or no time at all. */
  readonly modifiedAt?: number;
}

/** Thrown by the chunks of a source whose content ends before its time: what came until then counts. The message says why, in few words. */
export class CutShortError extends Error {}

/** The chunks until they end or are cut short. */
export async function* untilCutShort(
  chunks: AsyncIterable<Uint8Array>,
  tell: (why: string) => void,
): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* chunks;
  } catch (error) {
    if (!(error instanceof CutShortError)) throw error;
    tell(error.message);
  }
}

/** Longer lines are read up to here, and counted as not understood. */
const LINE_MAX_BYTES = 1_048_576;
const LINE_FEED = 0x0a;

/** One line, as bytes: most are not worth a text. */
export class RawLine {
  readonly number: number;
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  readonly cut: boolean;

  constructor(number: number, bytes: Buffer, start: number, end: number, cut: boolean) {
    this.number = number;
    this.bytes = bytes;
    this.start = start;
    this.end = bytes[end - 1] === 0x0d && end > start ? end - 1 : end;
    this.cut = cut;
  }

  get text(): string {
    return this.bytes.toString("utf8", this.start, this.end);
  }
}

/** The lines of a file, with bounded memory. A last line without a line feed counts as one. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<RawLine[], void, void> {
  let rest: Buffer = Buffer.alloc(0);
  let cut = false;
  let number = 0;
  for await (const chunk of chunks) {
    let piece = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    if (cut) {
      // Of a line that is too long already only the end is looked for.
      const feed = piece.indexOf(LINE_FEED);
      if (feed === -1) continue;
      piece = piece.subarray(feed);
    }
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const lines: RawLine[] = [];
    let start = 0;
    for (let feed = bytes.indexOf(LINE_FEED); feed !== -1; feed = bytes.indexOf(LINE_FEED, start)) {
      start = afterZeros(bytes, start, feed);
      const end = Math.min(feed, start + LINE_MAX_BYTES);
      lines.push(new RawLine(++number, bytes, start, end, cut || end < feed));
      cut = false;
      start = feed + 1;
    }
    const left = bytes.subarray(afterZeros(bytes, start, bytes.length));
    cut ||= left.length > LINE_MAX_BYTES;
    rest = Buffer.from(left.subarray(0, LINE_MAX_BYTES));
    yield lines;
  }
  if (rest.length > 0) yield [new RawLine(++number, rest, 0, rest.length, cut)];
}

/**
 * Zeros stand before a line where a file was emptied under its writer, or the power failed; they may be gigabytes. The last of them stays
 * where nothing follows: such a line is no empty one.
 */
function afterZeros(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] !== 0) return start;
  let at = start;
  while (at < end && bytes[at] === 0) at++;
  return at === end ? at - 1 : at;
}

/** The first chunk, and all of them: how a file begins may tell how it is to be read. */
export async function peek(
  chunks: AsyncIterable<Uint8Array>,
): Promise<readonly [start: Uint8Array, all: AsyncIterable<Uint8Array>]> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  async function* all(): AsyncGenerator<Uint8Array, void, void> {
    try {
      if (first.done === true) return;
      yield first.value;
      yield* { [Symbol.asyncIterator]: () => iterator };
    } finally {
      // Whoever reads no further than the first chunk lets go of the file all the same.
      await iterator.return?.();
    }
  }
  return [first.done === true ? new Uint8Array() : first.value, all()];
}
