import { lstatSync, readdirSync } from "node:fs";
import type { LeaseStore } from "@tenure/core";
import { shellWord } from "@tenure/diagnostics";
import { usageError } from "../failure.ts";
import { defaultDirectory } from "../settings/settings.ts";
import { memoryDirectoriesOf } from "../store/open-store.ts";
import { adoptionPath, readAdoption, type AdoptionRecord } from "./adoption-file.ts";

/** A lease that a file was adopted as. */
export interface AdoptedAs {
  readonly name: string;
  /** The file, as it was named then. */
  readonly file: string;
  /** The folder that remembers it. */
  readonly directory: string;
}

const ENDING = ".adopted";

/** The leases that a file is adopted as, by what one folder remembers. @throws LeaseError for a record that cannot be read. */
export function adoptedAs(directory: string, path: string, read: typeof readAdoption = readAdoption): AdoptedAs[] {
  return namesIn(directory).flatMap((name) => {
    const file = read(directory, name)?.file;
    return file !== undefined && isSameFile(file, path) ? [{ name, file, directory }] : [];
  });
}

/** The same by what can be read: what is wrong with the rest is none of the affairs of whoever asks. */
export function adoptedAsFarAsTold(directory: string, path: string): AdoptedAs[] {
  return adoptedAs(directory, path, (...which) => attempt(() => readAdoption(...which)));
}

/** @throws LeaseError `EUSAGE` where a file is adopted as another lease: each could have a leader. */
export function assertNoOtherLease(directory: string, name: string, path: string): void {
  const all = [...adoptedAs(directory, path), ...adoptedElsewhere(directory, path)];
  const other = all.find((each) => each.name !== name || each.directory !== directory);
  if (other === undefined) return;
  const which = other.file === path ? "" : ` is the same file as ${other.file}, which`;
  const where = other.directory === directory ? "" : `, as ${other.directory} remembers`;
  throw usageError(
    `${path}${which} is adopted as lease "${other.name}" already${where}, and each of two leases could have a leader. Lead by that one, or hand the file back first: ${undoing(other, directory)}`,
  );
}

/** @throws LeaseError `EUSAGE` where a lease of this name was adopted in another store: each could have a leader. */
export function assertSameStore(record: AdoptionRecord, directory: string, name: string, store: LeaseStore): void {
  const { storeId = store.storeId, file } = record;
  if (storeId === store.storeId) return;
  throw usageError(
    `${file} is adopted as lease "${name}" of another store, ${storeId}, and this is ${store.storeId}. Name that one with --store, to lead by it or to hand the file back with --undo; where it is gone for good, remove ${adoptionPath(directory, name)}`,
  );
}

/**
 * The lease that a file is to be handed back by; `null`: it is adopted as none.
 * @throws LeaseError `EUSAGE` where that is not the one that was named, or one of several, or remembered elsewhere.
 */
export function leaseToHandBack(directory: string, path: string, name: string | undefined): string | null {
  const named = name === undefined ? null : readAdoption(directory, name);
  if (name !== undefined && named !== null) {
    if (named.file === path) return name;
    const meant = undoing({ name, file: named.file, directory }, directory);
    throw usageError(`lease "${name}" is adopted from ${named.file}, not from ${path}. To hand that back: ${meant}`);
  }
  const here = adoptedAs(directory, path);
  const [first, ...more] = here.length > 0 ? here : adoptedElsewhere(directory, path);
  if (first === undefined) return null;
  if (name === undefined && more.length === 0 && first.directory === directory && first.file === path)
    return first.name;
  const all = [first, ...more];
  const leases = all.map((each) => `lease "${each.name}"`).join(" and ");
  const which = name === undefined ? "" : `, not as "${name}"`;
  const ways = all.map((each) => undoing(each, directory)).join("; ");
  throw usageError(`${path} is adopted as ${leases}${which}. To hand it back: ${ways}`);
}

/** By the other folders that this user's commands find without being told: those for leases on a server, and the default ones. */
function adoptedElsewhere(directory: string, path: string): AdoptedAs[] {
  const folders = [directory, defaultDirectory(process.env)].flatMap(memoryDirectoriesOf);
  return [...new Set(folders)]
    .filter((folder) => folder !== directory)
    .flatMap((folder) => adoptedAsFarAsTold(folder, path));
}

/** What hands a file back, to be typed by somebody whose commands remember in `here`. */
function undoing({ name, file, directory }: AdoptedAs, here: string): string {
  const [local] = memoryDirectoriesOf(directory);
  const place = directory === here ? "" : directory === local ? ` --dir ${shellWord(directory)}` : " --store URL";
  return `tenure adopt ${shellWord(file)} --undo --name ${name}${place}`;
}

function namesIn(directory: string): string[] {
  const files = attempt(() => readdirSync(directory)) ?? [];
  return files.filter((file) => file.endsWith(ENDING)).map((file) => file.slice(0, -ENDING.length));
}

/** Also by a name that leads to it by another mount, or in other letters where those count for nothing. */
function isSameFile(one: string, other: string): boolean {
  if (one === other) return true;
  const [first, second] = [one, other].map((path) => attempt(() => lstatSync(path, { bigint: true })) ?? null);
  if (!first || !second) return false;
  return first.ino === second.ino && first.dev === second.dev;
}

function attempt<T>(ask: () => T): T | null {
  try {
    return ask();
  } catch {
    return null;
  }
}
