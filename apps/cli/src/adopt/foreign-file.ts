import { closeSync, constants, fstatSync, openSync, readFileSync, type BigIntStats } from "node:fs";
import { readForeignLease, type Adoption, type ForeignLease } from "@tenure/adoption";
import { LeaseError } from "@tenure/core";
import type { FailureCode } from "@tenure/schema";

const BYTES_MAX = 4 * 1_048_576;
const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

const failuresOfOpening: Readonly<Record<string, readonly [FailureCode, string]>> = {
  ENOENT: ["ESTOREUNAVAILABLE", "there is no such file"],
  EACCES: ["EPERMISSION", "it may not be read by this user"],
  ELOOP: ["ECONFIG", "it is a symbolic link, which could lead anywhere; name the file itself"],
  EISDIR: ["ECONFIG", "it is a folder"],
};

/** A file's text, and what the kernel says of it. */
export interface ReadFile {
  readonly text: string;
  readonly stat: BigIntStats;
}

/** @throws LeaseError `ESTOREUNAVAILABLE`, `EPERMISSION`, `ECONFIG` for what is no file; `EINVALID` for what it does not say. */
export function readForeignFile(path: string, adoption: Adoption): ForeignLease {
  return leaseIn(path, readText(path).text, adoption);
}

/** @throws LeaseError `EINVALID` for what it does not say. */
export function leaseIn(path: string, text: string, adoption: Adoption): ForeignLease {
  try {
    return readForeignLease(text, adoption);
  } catch (error) {
    const { message } = error as Error;
    throw new LeaseError("EINVALID", `${path}: ${message}. Nothing was changed`, {}, { cause: error });
  }
}

/**
 * Opens nothing that could make a command wait, and follows no link.
 * @throws LeaseError as `readForeignFile`; `EINVALID` for what is no UTF-8, since it could not be written back as it was.
 */
export function readText(path: string): ReadFile {
  let descriptor: number;
  try {
    descriptor = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    const [failure, why] = failuresOfOpening[code] ?? (["ESTOREUNAVAILABLE", message] as const);
    throw new LeaseError(failure, `${path}: ${why}`, {}, { cause: error });
  }
  try {
    const stat = fstatSync(descriptor, { bigint: true });
    if (!stat.isFile()) throw new LeaseError("ECONFIG", `${path}: it is no file`);
    if (stat.size > BYTES_MAX) throw new LeaseError("EINVALID", `${path}: it is larger than ${BYTES_MAX} bytes`);
    return { text: decode(path, readFileSync(descriptor)), stat };
  } finally {
    closeSync(descriptor);
  }
}

/** Whether what failed did so since there is no such file. */
export function isMissing(error: unknown): boolean {
  return error instanceof LeaseError && (error.cause as NodeJS.ErrnoException | undefined)?.code === "ENOENT";
}

/** Tells a file from itself once it was written, in place or by another put in its place. */
export function versionOf({ ino, mtimeNs, size }: BigIntStats): string {
  return `${ino} ${mtimeNs} ${size}`;
}

/** A later look, which says whether the file is the one that was looked at. */
export function stillAs(path: string, stat: BigIntStats): () => boolean {
  return () => versionOf(readText(path).stat) === versionOf(stat);
}

function decode(path: string, bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new LeaseError("EINVALID", `${path}: it is no UTF-8 text`, {}, { cause: error });
  }
}
