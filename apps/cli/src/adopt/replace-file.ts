import {
  closeSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
  type BigIntStats,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { LeaseError } from "@tenure/core";

export interface ReplaceOptions {
  /** On the disk when it returns, also after a power cut. */
  readonly durable: boolean;
  /** Looks once more, right before the file takes its place; `false` leaves everything as it was, and the answer is `null`. */
  readonly still?: () => boolean;
}

/**
 * Puts a text in the place of a file, whole, with the owner and mode of the one before. A crash leaves the old file or the new one, and
 * at most a file `.NAME.tenure-PID` beside it, which `sweepDrafts` removes. Answers with what the
 * kernel says of the file that was written.
 * @throws LeaseError `EPERMISSION` where it would belong to another user or group than before.
 */
export function replaceFile(
  path: string,
  text: string,
  { durable, still = () => true }: ReplaceOptions,
): BigIntStats | null {
  const draft = join(dirname(path), `.${basename(path)}.tenure-${process.pid}`);
  const before = lstatSync(path, { throwIfNoEntry: false });
  rmSync(draft, { force: true });
  const descriptor = openSync(draft, "wx", 0o600);
  let written: BigIntStats;
  try {
    try {
      writeFileSync(descriptor, text);
      if (before !== undefined) {
        keepOwner(descriptor, path, before);
        fchmodSync(descriptor, before.mode & 0o7777);
      }
      if (durable) fsyncSync(descriptor);
      written = fstatSync(descriptor, { bigint: true });
    } finally {
      closeSync(descriptor);
    }
    if (!still()) return null;
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
  if (durable) syncFolder(path);
  return written;
}

/** What crashes left beside a file. */
export function draftsBeside(path: string): string[] {
  const prefix = `.${basename(path)}.tenure-`;
  return readdirSync(dirname(path)).filter((file) => {
    const pid = file.startsWith(prefix) ? file.slice(prefix.length) : "";
    return /^\d{1,10}$/u.test(pid) && !isThere(Number(pid));
  });
}

export function sweepDrafts(path: string): void {
  for (const draft of draftsBeside(path)) rmSync(join(dirname(path), draft), { force: true });
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** What happened to the names in a file's folder is on the disk. */
export function syncFolder(path: string): void {
  const folder = openSync(dirname(path), "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function keepOwner(
  descriptor: number,
  path: string,
  { uid, gid }: { readonly uid: number; readonly gid: number },
): void {
  const own = fstatSync(descriptor);
  if (own.uid === uid && own.gid === gid) return;
  try {
    fchownSync(descriptor, uid, gid);
  } catch (error) {
    const message = `${path} belongs to user ${uid}, group ${gid}, and its readers may need that: run tenure as that user`;
    throw new LeaseError("EPERMISSION", message, {}, { cause: error });
  }
}
