import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";

/** What such a piece unpacks to is held in memory; more of them cost more turns of the event loop. */
const PIECE_BYTES = 16_384;
const OUT_BYTES = 65_536;

/** Packed content that goes on as none. What was unpacked until then has been given. */
export class NotPackedError extends Error {
  /** How many bytes of the file were unpacked. */
  readonly bytes: number;

  constructor(bytes: number, cause: Error) {
    super(cause.message, { cause });
    this.bytes = bytes;
  }
}

/**
 * What a gzip file holds, as far as it is one: what comes before a damage or something else behind it is given, to the last byte.
 * @throws NotPackedError for what is no gzip, or not any more
 */
export async function* gunzipped(path: string | Buffer, end: number | undefined): AsyncGenerator<Buffer, void, void> {
  let given = 0;
  try {
    for await (const chunk of unpackedBy(path, end, Number.POSITIVE_INFINITY)) {
      given += chunk.length;
      yield chunk;
    }
  } catch (error) {
    if (!(error instanceof NotPackedError)) throw error;
    // What unpacks in the same call as the damage is lost with it: only byte by byte is all of it to be had.
    let skipped = 0;
    for await (const chunk of unpackedBy(path, end, error.bytes)) {
      const known = Math.min(chunk.length, given - skipped);
      skipped += known;
      if (known < chunk.length) yield chunk.subarray(known);
    }
  }
}

/** @param singlyFrom from which byte on single bytes are unpacked, of the piece that it is in */
async function* unpackedBy(
  path: string | Buffer,
  end: number | undefined,
  singlyFrom: number,
): AsyncGenerator<Buffer, void, void> {
  const gunzip = createGunzip({ chunkSize: OUT_BYTES });
  const out: Buffer[] = [];
  gunzip.on("data", (chunk: Buffer) => out.push(chunk));
  // Whoever writes when it happens is told of no other error.
  const fault = new Promise<Error>((resolve) => gunzip.once("error", resolve));
  const isOver = async (act: (done: () => void) => void): Promise<Error | null> =>
    await Promise.race([fault, new Promise<null>((resolve) => act(() => resolve(null)))]);
  const read = createReadStream(path, { highWaterMark: PIECE_BYTES, ...(end !== undefined && { end }) });
  let bytes = 0;
  try {
    for await (const piece of read as AsyncIterable<Buffer>)
      for (const part of bytes < singlyFrom ? [piece] : singly(piece)) {
        const error = await isOver((done) => gunzip.write(part, done));
        yield* out.splice(0);
        if (error !== null) throw new NotPackedError(bytes, error);
        bytes += part.length;
      }
    const error = await isOver((done) => gunzip.once("end", done).end());
    yield* out.splice(0);
    if (error !== null) throw new NotPackedError(bytes, error);
  } finally {
    gunzip.destroy();
  }
}

function* singly(bytes: Buffer): Generator<Buffer, void, void> {
  for (let at = 0; at < bytes.length; at++) yield bytes.subarray(at, at + 1);
}
