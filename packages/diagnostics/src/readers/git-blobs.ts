/** A larger version of a state file is none that anybody reads for its leader. */
const BLOB_MAX_BYTES = 1_048_576;
const LINE_FEED = 0x0a;

/** A file's content, or why it was not read. */
export type Blob = { readonly text: string } | { readonly text: null; readonly why: string };

/** What `git cat-file --batch` writes: for each object a line with its size, its bytes, and a line feed. */
export async function* blobsIn(output: AsyncIterable<Uint8Array>): AsyncGenerator<Blob, void, void> {
  let rest: Buffer = Buffer.alloc(0);
  let skipping = 0;
  for await (const chunk of output) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).subarray(skipping);
    skipping = Math.max(0, skipping - chunk.length);
    rest = Buffer.concat([rest, bytes]);
    for (;;) {
      const feed = rest.indexOf(LINE_FEED);
      if (feed === -1) break;
      const [, type, size] = / (\w+)(?: (\d+))?$/u.exec(rest.toString("latin1", 0, feed)) ?? [];
      const length = Number(size ?? -1);
      const end = feed + 1 + length + 1;
      if (type !== "blob" || length > BLOB_MAX_BYTES) {
        yield { text: null, why: type === "blob" ? `it has ${length} bytes` : `the repository has no such object` };
        const total = length < 0 ? feed + 1 : end;
        skipping = Math.max(0, total - rest.length);
        rest = rest.subarray(total);
        continue;
      }
      if (rest.length < end) break;
      yield { text: rest.toString("utf8", feed + 1, end - 1) };
      rest = rest.subarray(end);
    }
  }
}
