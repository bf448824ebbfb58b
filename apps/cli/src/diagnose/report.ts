import { closeSync, openSync, readSync, writeFileSync } from "node:fs";
import { HTML_HEAD } from "@tenure/diagnostics";
import { quoteForDisplay } from "@tenure/schema/light";
import { usageError } from "../failure.ts";
import { tell } from "../output/print.ts";

/** @throws LeaseError `EUSAGE` where a file stands that is no page of ours: a log may have been meant. */
export function assertReport(path: string): void {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  try {
    const head = Buffer.alloc(HTML_HEAD.length);
    const length = readSync(file, head, 0, head.length, 0);
    if (length > 0 && head.toString("utf8", 0, length) !== HTML_HEAD)
      throw usageError(
        `${quoteForDisplay(path)} is a file already, and no page of tenure diagnose: it is left as it is`,
      );
  } finally {
    closeSync(file);
  }
}

export function writeReport(path: string, page: string): void {
  writeFileSync(path, page);
  tell(`written: ${quoteForDisplay(path)}\n`);
}
