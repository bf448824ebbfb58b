import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { readForeignLease, type Adoption, type ForeignLease } from "@tenure/adoption";
import { LeaseError } from "@tenure/core";
import type { FailureCode } from "@tenure/schema";

const BYTES_MAX = 4 * 1_048_576;
const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

const failuresOfOpening: Readonly<Record<string, readonly [FailureCode, string]>> = {
  ENOENT: ["ESTATECORRUPT", "there is no such file"],
  EACCES: ["EPERMISSION", "it may not be read by this user"],
  ELOOP: ["ECONFIG", "it is a symbolic link, which could lead anywhere; name the file itself"],
  EISDIR: ["ECONFIG", "it is a folder"],
};

/** @throws LeaseError `ESTATECORRUPT`, `EPERMISSION`, `ECONFIG` for what is no file; `EINVALID` for what it does not say. */
export function readForeignFile(path: string, adoption: Adoption): ForeignLease {
  const text = readText(path);
  try {
    return readForeignLease(text, adoption);
  } catch (error) {
    const { message } = error as Error;
    throw new LeaseError("EINVALID", `${path}: ${message}. Nothing was changed`, {}, { cause: error });
  }
}

/** Opens nothing that could make a command wait, and follows no link. */
function readText(path: string): string {
  let descriptor: number;
  try {
    descriptor = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    const [failure, why] = failuresOfOpening[code] ?? (["ESTOREUNAVAILABLE", message] as const);
    throw new LeaseError(failure, `${path}: ${why}`, {}, { cause: error });
  }
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) throw new LeaseError("ECONFIG", `${path}: it is no file`);
    if (stat.size > BYTES_MAX) throw new LeaseError("EINVALID", `${path}: it is larger than ${BYTES_MAX} bytes`);
    return readFileSync(descriptor, "utf8");
  } finally {
    closeSync(descriptor);
  }
}
