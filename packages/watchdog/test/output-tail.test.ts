import { PassThrough, Writable } from "node:stream";
import { expect, test } from "vitest";
import { OutputTail } from "../src/output-tail.ts";

/** Whoever reads it has gone: each write fails, as to a pipe without a reader. */
function broken(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done(new Error("EPIPE")), autoDestroy: false });
}

async function drained(from: PassThrough): Promise<void> {
  while (from.readableLength > 0 || from.writableLength > 0) await new Promise((resolve) => setImmediate(resolve));
}

test("when nobody reads what it hands on, the command's output is still read and its end kept", async () => {
  const to = broken();
  const tail = new OutputTail(to);
  const from = new PassThrough();
  tail.follow(from);
  from.write("first\n");
  await drained(from);
  for (let each = 0; each < 100; each++) from.write("x".repeat(10_000));
  from.write("\nlast\n");
  await drained(from);
  expect(tail.lastLines.split("\n").at(-1)).toBe("last");
  const next = new PassThrough();
  tail.follow(next);
  next.write("of the next run\n");
  await drained(next);
  expect(tail.lastLines).toBe("of the next run");
  for (const each of [from, next]) each.end();
  await expect.poll(() => to.listenerCount("error")).toBe(0);
});
