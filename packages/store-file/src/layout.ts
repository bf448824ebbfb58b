import { hash } from "node:crypto";
import { join } from "node:path";
import { isLeaseName } from "@tenure/schema/light";

/**
 * The names of files in a state folder. Each ends in its own way, so that no lease name can make one lease's file another's, and
 * none starts with a lease name followed by nothing.
 */
export const layout = {
  /** What this folder is. */
  identity: "store.id",
  /** For people and for tools that only read. */
  mirror: (name: string): string => `${name}.json`,
  /** The journal as people read it, and what it goes on in once it has grown. */
  segment: (name: string, number: number): string =>
    number === 1 ? `${name}.journal.jsonl` : `${name}.journal.${String(number).padStart(6, "0")}.jsonl`,
  floor: (name: string, reserved: number): string => `${name}.floor.${reserved}.jsonl`,
  socket: (name: string, epoch: number): string => `${socketStem(name)}.${epoch}.sock`,
  sighting: (name: string): string => `${name}.sighting`,
} as const;

/**
 * What a file is called until it is whole. The mark tells it from files of others, of which none is ever removed.
 */
export const halfWay = {
  /** It gets a name that nobody has yet, and is of no use after that. */
  toLink: (path: string, token: string): string => `${path}.tenure-${token}.tmp`,
  /** It takes a name from another file. */
  toRename: (path: string, token: string): string => `${path}.tenure-${token}.new`,
} as const;

const TO_LINK = /^(?<target>.+)\.tenure-[\w-]+\.tmp$/u;
const TO_RENAME = /\.tenure-[\w-]+\.new$/u;
/** As the writer of mirrors calls what it renames. */
const TO_MIRROR = /^(?<name>.+)\.json\.\d+$/u;

/** What a file that is to be linked is to be called then; `null` for all others. */
export function linkTarget(file: string): string | null {
  return TO_LINK.exec(file)?.groups?.["target"] ?? null;
}

/** Whether a file is to take another's name, in a folder with these leases. */
export function isToRename(file: string, leases: ReadonlySet<string>): boolean {
  return TO_RENAME.test(file) || leases.has(TO_MIRROR.exec(file)?.groups?.["name"] ?? "");
}

/** Longer names would not fit into a socket's address, together with a short way to their folder. */
const STEM_MAX_LENGTH = 40;

/** How the sockets of a lease begin. No lease name holds a tilde. */
export function socketStem(name: string): string {
  if (name.length <= STEM_MAX_LENGTH) return name;
  return `${name.slice(0, 20)}~${hash("sha256", name).slice(0, 16)}`;
}

const SEGMENT = /^(?<name>.+)\.journal(?:\.(?<number>\d{6,15}))?\.jsonl$/u;

/** Which lease and segment a file belongs to. */
export function parseSegment(file: string): { readonly name: string; readonly number: number } | null {
  // Of a folder with many leases most files are others, and soon told apart.
  const groups = file.endsWith(".jsonl") ? SEGMENT.exec(file)?.groups : undefined;
  if (groups === undefined || !isLeaseName(groups["name"])) return null;
  const number = Number(groups["number"] ?? 1);
  return layout.segment(groups["name"], number) === file ? { name: groups["name"], number } : null;
}

const FLOOR = /^(?<name>.+)\.floor\.\d{1,16}\.jsonl$/u;

/** The leases that a state folder and its floor folder know of: one whose journal is lost is still in the floor. */
export function leaseNames(files: readonly string[], floorFiles: readonly string[]): readonly string[] {
  const inJournals = files.flatMap((file) => parseSegment(file)?.name ?? []);
  const inFloors = floorFiles.flatMap((file) => FLOOR.exec(file)?.groups?.["name"] ?? []);
  return [...new Set([...inJournals, ...inFloors.filter(isLeaseName)])].toSorted();
}

/** Numbers of the files `prefix`NUMBER`suffix`, ascending. */
export function numbersOf(files: readonly string[], prefix: string, suffix: string): number[] {
  return files
    .filter((file) => file.startsWith(prefix) && file.endsWith(suffix))
    .map((file) => file.slice(prefix.length, -suffix.length))
    .filter((digits) => /^\d{1,16}$/u.test(digits))
    .map(Number)
    .filter(Number.isSafeInteger)
    .toSorted((a, b) => a - b);
}

export function segmentNumbers(files: readonly string[], name: string): number[] {
  return files
    .filter((file) => file.startsWith(name))
    .map(parseSegment)
    .flatMap((segment) => (segment?.name === name ? [segment.number] : []))
    .toSorted((a, b) => a - b);
}

export function segmentPath(directory: string, name: string, number: number): string {
  return join(directory, layout.segment(name, number));
}
