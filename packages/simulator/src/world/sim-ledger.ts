import { constants } from "node:fs";
import type { LedgerFiles } from "@tenure/watchdog";
import type { SimFiles } from "./sim-files.ts";

/** The file of a watchdog's runs, written as write-file-atomic writes it: beside it, synced, and then put in its place. */
export function simLedger(files: SimFiles, token: () => string): LedgerFiles {
  return {
    read(path, maxSize) {
      const found = files.lstat(path);
      if (found === undefined) return "";
      const fd = files.open(path, constants.O_RDONLY);
      try {
        const buffer = Buffer.allocUnsafe(Math.min(found.size, maxSize));
        return buffer.toString("utf8", 0, files.read(fd, buffer, 0));
      } finally {
        files.close(fd);
      }
    },
    async write(path, text) {
      const beside = `${path}.${token()}`;
      const fd = await files.create(beside);
      try {
        for (let rest = Buffer.from(text); rest.length > 0;) rest = rest.subarray(await files.append(fd, rest));
        await files.sync(fd);
      } finally {
        files.close(fd);
      }
      await files.rename(beside, path);
    },
  };
}
