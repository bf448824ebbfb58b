import { accessSync, constants, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Where Debian keeps what is not on everybody's path. */
const SYSTEM_FOLDERS = ["/usr/sbin", "/sbin", "/usr/bin", "/usr/local/bin"];

/** The first of `folders`, then of the path, that has all of the programs. `null` where none has. */
export function folderWith(programs: readonly string[], folders: readonly string[] = []): string | null {
  const path = (process.env["PATH"] ?? "").split(delimiter);
  return (
    [...folders, ...path, ...SYSTEM_FOLDERS].find((folder) => programs.every((it) => isProgram(join(folder, it)))) ??
    null
  );
}

/** Debian installs each version of PostgreSQL in a folder of its own; the newest first. */
export function postgresFolders(): readonly string[] {
  const root = "/usr/lib/postgresql";
  try {
    const versions = readdirSync(root).toSorted((a, b) => Number(b) - Number(a));
    return versions.map((version) => join(root, version, "bin"));
  } catch {
    return [];
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
