import { LeaseError } from "@tenure/core";
import type { FailureFacts } from "@tenure/core";
import type { FailureCode } from "@tenure/schema";

/** What each system error means for a store, and what to do about it. */
const hints: Readonly<Record<string, readonly [FailureCode, string]>> = {
  EACCES: ["EPERMISSION", "this user may not; run as the owner of the state folder, or choose another folder"],
  EPERM: ["EPERMISSION", "the system forbids it; look for an immutable flag (lsattr) or a security policy"],
  EROFS: ["EPERMISSION", "the file system is mounted read-only; remount it, or choose another folder"],
  EBADF: ["EPERMISSION", "the file system is mounted read-only; remount it, or choose another folder"],
  ELOOP: ["EPERMISSION", "it is a symbolic link, and tenure follows none in its folders; remove it"],
  EISDIR: ["EPERMISSION", "it is a folder where a file belongs; remove it"],
  ENXIO: ["EPERMISSION", "it is a socket or device where a file belongs; remove it"],
  ENOTDIR: ["EPERMISSION", "part of the path is not a folder"],
  ENOSPC: ["ESTOREUNAVAILABLE", "the disk is full; free some space or inodes"],
  EDQUOT: ["ESTOREUNAVAILABLE", "the disk quota is used up; free some space"],
  EFBIG: ["ESTOREUNAVAILABLE", "the file would exceed this process's file size limit (ulimit -f)"],
  EIO: ["ESTOREUNAVAILABLE", "the disk reported an error; look into the kernel's log"],
  EMFILE: ["ESTOREUNAVAILABLE", "this process has too many files open (ulimit -n)"],
  ENFILE: ["ESTOREUNAVAILABLE", "the system has too many files open"],
  ENOENT: ["ESTOREUNAVAILABLE", "it is not there; was the state folder removed?"],
};

/** The store could not do something; `doing` reads "append to /path". What is a `LeaseError` already stays what it is. */
export function storeFailure(cause: unknown, doing: string, facts: FailureFacts = {}): LeaseError {
  if (cause instanceof LeaseError) return cause;
  const [code, hint] = hints[errorCode(cause)] ?? ["ESTOREUNAVAILABLE", String(cause)];
  return new LeaseError(code, `cannot ${doing}: ${hint} (${errorCode(cause)})`, facts, { cause });
}

/** Does it, or tells what could not be done. */
export function attempt<T>(doing: string, act: () => T, facts?: FailureFacts): T {
  try {
    return act();
  } catch (error) {
    throw storeFailure(error, doing, facts);
  }
}

/** The value, or what stands for it where there is nothing at the path. */
export function unlessAbsent<T, U>(absent: U, act: () => T): T | U {
  try {
    return act();
  } catch (error) {
    if (errorCode(error) === "ENOENT") return absent;
    throw error;
  }
}

/** What is there cannot be read. Nothing is overwritten; `repair` says what a person can do. */
export function corrupt(where: string, what: string, repair: string, facts: FailureFacts = {}): LeaseError {
  return new LeaseError("ESTATECORRUPT", `${where}: ${what}. Nothing was overwritten. ${repair}`, facts);
}

export function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown";
}

/** A write that wrote less than it was given: in practice the disk has just become full. */
export function shortWrite(): Error {
  return Object.assign(new Error("short write"), { code: "ENOSPC" });
}
