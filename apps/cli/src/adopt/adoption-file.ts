import { lstatSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { AdoptedLease, Adoption, ForeignLease, ForeignWritePolicy } from "@tenure/adoption";
import { LeaseError } from "@tenure/core";
import { isMissing, readText } from "./foreign-file.ts";
import { replaceFile, syncFolder } from "./replace-file.ts";

/** That a lease was adopted, and how: `NAME.adopted` beside what this machine remembers of its leases. */
export interface AdoptionRecord extends AdoptedLease {
  /** The real path of the file. */
  readonly file: string;
  /** The store that the lease is in; older records do not say. */
  readonly storeId?: string;
}

export function adoptionPath(directory: string, name: string): string {
  return join(directory, `${name}.adopted`);
}

/** The text of the record; `null` where the lease is not adopted. @throws LeaseError for a file that may not be read. */
export function adoptionText(directory: string, name: string): string | null {
  const path = adoptionPath(directory, name);
  // Most leases are not adopted, and this is asked before each look at any of them.
  if (isAbsent(path)) return null;
  try {
    return readText(path).text;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** `false` also where it cannot be told: whoever reads it then says why. */
function isAbsent(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}

/** @throws LeaseError `ESTATECORRUPT` for anything but what `writeAdoption` wrote. */
export function parseAdoption(directory: string, name: string, text: string): AdoptionRecord {
  try {
    const { file, storeId, adoption, onForeignWrite, seen, original } = JSON.parse(text) as Record<string, unknown>;
    return {
      file: stringIn(file),
      ...(storeId !== undefined && { storeId: stringIn(storeId) }),
      adoption: pointersIn(adoption),
      onForeignWrite: policyIn(onForeignWrite),
      seen: leaseIn(seen),
      original: stringIn(original),
    };
  } catch (error) {
    const message = `${adoptionPath(directory, name)} cannot be read: ${(error as Error).message}. It says which file lease "${name}" was adopted from; move it away, and adopt that file again`;
    throw new LeaseError("ESTATECORRUPT", message, { name }, { cause: error });
  }
}

export function readAdoption(directory: string, name: string): AdoptionRecord | null {
  const text = adoptionText(directory, name);
  return text === null ? null : parseAdoption(directory, name, text);
}

export function writeAdoption(directory: string, name: string, record: AdoptionRecord): void {
  replaceFile(adoptionPath(directory, name), `${JSON.stringify(record)}\n`, { durable: true });
}

export function removeAdoption(directory: string, name: string): void {
  const path = adoptionPath(directory, name);
  rmSync(path, { force: true });
  syncFolder(path);
}

function stringIn(value: unknown): string {
  if (typeof value === "string") return value;
  throw new TypeError("a text is missing");
}

function numberIn(value: unknown): number {
  if (typeof value === "number") return value;
  throw new TypeError("a number is missing");
}

function policyIn(value: unknown): ForeignWritePolicy {
  if (value === "repair" || value === "refuse") return value;
  throw new TypeError("its policy is neither repair nor refuse");
}

function pointersIn(value: unknown): Adoption {
  const { holderIdentity, epoch, lastHeartbeat, leaseDurationMs } = Object(value) as Record<string, unknown>;
  return {
    holderIdentity: stringIn(holderIdentity),
    epoch: stringIn(epoch),
    lastHeartbeat: stringIn(lastHeartbeat),
    leaseDurationMs: stringIn(leaseDurationMs),
  };
}

function leaseIn(value: unknown): ForeignLease {
  const { holderIdentity, epoch, lastHeartbeatMs, leaseDurationMs } = Object(value) as Record<string, unknown>;
  return {
    holderIdentity: holderIdentity === null ? null : stringIn(holderIdentity),
    epoch: numberIn(epoch),
    lastHeartbeatMs: lastHeartbeatMs === null ? null : numberIn(lastHeartbeatMs),
    leaseDurationMs: numberIn(leaseDurationMs),
  };
}
