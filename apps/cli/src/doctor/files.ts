import { lstatSync, readdirSync, statfsSync, type Stats } from "node:fs";
import { join } from "node:path";
import type { LeaseStore } from "@tenure/core";
import type { ExaminedFile, ExaminedPlace, Room } from "@tenure/diagnostics";
import { hostFacts } from "@tenure/host";

const OTHERS_MAY_WRITE = 0o022;

/** The files of a lease that another owns, may write, or put a link in place of. */
export function faultyFiles(directory: string, name: string): ExaminedFile[] {
  const owner = lstatSync(directory).uid;
  return readdirSync(directory)
    .filter((file) => file.startsWith(`${name}.`))
    .flatMap((file) => {
      const path = join(directory, file);
      const facts = lstatSync(path, { throwIfNoEntry: false });
      const fault = facts === undefined ? null : faultOf(facts, owner);
      return fault === null ? [] : [{ path, ...fault }];
    });
}

function faultOf(facts: Stats, owner: number): Omit<ExaminedFile, "path"> | null {
  if (facts.isSymbolicLink()) return { fault: "is a link", change: "put the file itself in its place" };
  if (facts.uid !== owner)
    return {
      fault: `belongs to user ${facts.uid}, the folder to ${owner}`,
      change: `run every tenure as one user; chown ${owner} it`,
    };
  if (facts.isFile() && (facts.mode & OTHERS_MAY_WRITE) !== 0)
    return { fault: "may be written by others", change: "chmod 600 it" };
  return null;
}

/** What the store says of its place, and, of a folder, what its disk has room for. */
export async function examinePlace(store: LeaseStore, place: string, directory: string | null): Promise<ExaminedPlace> {
  const { facts, warnings } = await store.probe();
  const { lost, clock } = hostFacts();
  const host = {
    hostLimits: lost,
    hostClock: `time since boot by ${clock.boottimeSource}, to ${clock.resolutionMs} ms`,
  };
  if (directory === null) return { place, facts, warnings, freeBytes: null, freeFiles: null, ...host };
  return { place, facts, warnings, ...roomOf(directory), ...host };
}

/** What the disk of a folder has room for. */
export function roomOf(directory: string): Room {
  const { bavail, bsize, files, ffree } = statfsSync(directory);
  // Some file systems make room for files as they need it, and have no number.
  return { freeBytes: bavail * bsize, freeFiles: files === 0 ? null : ffree };
}
