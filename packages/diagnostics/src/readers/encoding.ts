import { peek } from "../source.ts";

/** What the bytes of a file are: text to read, or what is to be unpacked first. */
export interface Decoded {
  /** How it is packed; `null` for a text. */
  readonly packed: string | null;
  readonly start: Uint8Array;
  /** Of what is packed they are closed. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

const magics: readonly (readonly [name: string, bytes: readonly number[]])[] = [
  ["gzip", [0x1f, 0x8b]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ["bzip2", [0x42, 0x5a, 0x68]],
  ["lz4", [0x04, 0x22, 0x4d, 0x18]],
  ["zip", [0x50, 0x4b, 0x03, 0x04]],
];

const [LINE_FEED, RETURN] = [0x0a, 0x0d];

/** Of UTF-8, as some editors write it. */
const MARK: readonly number[] = [0xef, 0xbb, 0xbf];

/** Looks at how a file begins. UTF-16, which Windows writes, becomes UTF-8, and a mark of either is left out. */
export async function decoded(all: AsyncIterable<Uint8Array>): Promise<Decoded> {
  const [start, chunks] = await peek(all);
  const packed = magics.find(([, bytes]) => bytes.every((byte, index) => start[index] === byte))?.[0] ?? null;
  const wide = packed === null ? wideIn(start) : null;
  if (packed !== null) for await (const _ of chunks) break;
  if (wide === null && MARK.every((byte, index) => start[index] === byte)) {
    return { packed, start: start.subarray(MARK.length), chunks: unmarked(chunks) };
  }
  if (wide === null && packed === null && isOfReturns(start)) return { packed, start, chunks: fed(chunks) };
  if (wide === null) return { packed, start, chunks };
  const [first, rest] = await peek(narrowed(chunks, wide));
  return { packed: null, start: first, chunks: rest };
}

/** UTF-16 by its mark, or by the empty halves of its first letters. */
function wideIn([a, b, c, d]: Uint8Array): "utf-16le" | "utf-16be" | null {
  if (a === 0xff && b === 0xfe) return "utf-16le";
  if (a === 0xfe && b === 0xff) return "utf-16be";
  if (a !== 0 && b === 0 && c !== 0 && d === 0) return "utf-16le";
  return a === 0 && b !== 0 && c === 0 && d !== 0 ? "utf-16be" : null;
}

/** Whether lines end in a return alone, as on old systems. */
function isOfReturns(start: Uint8Array): boolean {
  const first = start.indexOf(RETURN);
  return first !== -1 && first < start.length - 1 && !start.includes(LINE_FEED);
}

async function* fed(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk);
    for (let at = bytes.indexOf(RETURN); at !== -1; at = bytes.indexOf(RETURN, at + 1))
      if (bytes[at + 1] !== LINE_FEED) bytes[at] = LINE_FEED;
    yield bytes;
  }
}

async function* unmarked(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  let marked = MARK.length;
  for await (const chunk of chunks) {
    yield chunk.subarray(marked);
    marked = 0;
  }
}

async function* narrowed(chunks: AsyncIterable<Uint8Array>, encoding: string): AsyncGenerator<Uint8Array, void, void> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}
