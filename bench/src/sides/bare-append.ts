import { open, write, readSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { OpenWorkload } from "../contender.ts";

const openAsync = promisify(open);
const writeAsync = promisify(write);
/** As long as the line of a renewal. */
const LINE = Buffer.from(`${"x".repeat(449)}\n`);

/** The least a renewal could be: one line, appended without stopping the event loop, and read back. Nothing is understood of it. */
export const openBareAppend: OpenWorkload = async (directory) => {
  const file = await openAsync(join(directory, "lines"), "a+");
  const read = Buffer.alloc(LINE.length);
  let lines = 0;
  return {
    async once() {
      await writeAsync(file, LINE);
      readSync(file, read, 0, read.length, lines * LINE.length);
      if (!read.equals(LINE)) throw new Error("another line was read than was written");
      lines += 1;
    },
    count: () => Promise.resolve(lines),
  };
};
