import { join } from "node:path";
import type { FileSystem } from "./file-system.ts";

/** Made by `createWhole`: of no use once the file that it was to become is there. */
const UNLINKED = /^(?<target>.+)\.[\w-]+\.tmp$/u;
/** Made to replace a file: in use for a moment. No file of a lease ends like this. */
const REPLACEMENT = /(?:\.json\.\d+|\.new)$/u;
/** By any clock, no process is still about to rename a file after this long. */
const STALE_AFTER_MS = 3_600_000;

/** Removes what processes that were killed left half-way. Litter is no reason to fail. */
export async function sweep(files: FileSystem, directories: readonly string[], nowMs: number): Promise<void> {
  for (const directory of directories) {
    const names = listQuietly(files, directory);
    const litter = names.filter((name) => {
      const target = UNLINKED.exec(name)?.groups?.["target"];
      if (target !== undefined && names.includes(target)) return true;
      if (target === undefined && !REPLACEMENT.test(name)) return false;
      return nowMs - (files.lstat(join(directory, name))?.mtimeMs ?? nowMs) > STALE_AFTER_MS;
    });
    await Promise.all(litter.map((name) => files.unlink(join(directory, name)).catch(() => {})));
  }
}

function listQuietly(files: FileSystem, directory: string): readonly string[] {
  try {
    return files.list(directory);
  } catch {
    return [];
  }
}
