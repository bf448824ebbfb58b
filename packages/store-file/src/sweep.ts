import { join } from "node:path";
import type { FileSystem } from "./file-system.ts";
import { isToRename, leaseNames, linkTarget } from "./layout.ts";

/** By any clock, no process is still about to rename a file after this long. */
const STALE_AFTER_MS = 3_600_000;

/** Removes what processes of ours that were killed left half-way, and no file of anybody else's. Litter is no reason to fail. */
export async function sweep(files: FileSystem, directories: readonly string[], nowMs: number): Promise<void> {
  for (const directory of directories) {
    const names = listQuietly(files, directory);
    const leases = new Set(leaseNames(names, []));
    const litter = names.filter((name) => {
      const target = linkTarget(name);
      if (target !== null && names.includes(target)) return true;
      if (target === null && !isToRename(name, leases)) return false;
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
