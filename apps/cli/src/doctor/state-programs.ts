import { constants, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename, resolve } from "node:path";
import type { StateProgram } from "@tenure/diagnostics";
import { processOf } from "@tenure/host";
import { examineProcess } from "./process.ts";

const SHOWN = 8;
/** Shorter names occur in command lines by chance. */
const SHORTEST_NAME = 4;
/** The bits of the flags of an open file that say whether it is open to read, to write, or both. */
const O_ACCMODE = 0o3;

/** Processes of this machine whose command line names a state file or its holder, as far as this user may see. */
export function programsAbout(path: string, holderIdentity: string | null): StateProgram[] {
  const found: StateProgram[] = [];
  const relatives = relativesOf(process.pid);
  for (const entry of attempt(() => readdirSync("/proc")) ?? []) {
    const pid = Number(entry);
    if (!/^\d+$/u.test(entry) || relatives.has(pid)) continue;
    const words = (attempt(() => readFileSync(`/proc/${pid}/cmdline`, "utf8")) ?? "").split("\0");
    const names = namedIn(pid, words, path, holderIdentity);
    const program = names === null ? null : attempt(() => programOf(pid, names, path));
    if (program !== null) found.push(program);
    if (found.length === SHOWN) break;
  }
  return found;
}

/** Files of one name lie in many folders: a word counts as this file only where it leads to it from the process's own folder. */
function namedIn(
  pid: number,
  words: readonly string[],
  path: string,
  holderIdentity: string | null,
): StateProgram["names"] | null {
  const holder = holderIdentity !== null && holderIdentity.length >= SHORTEST_NAME ? holderIdentity : null;
  if (holder !== null && words.some((word) => word.includes(holder))) return "the holder";
  const candidates = words.filter((word) => word.endsWith(basename(path)));
  if (candidates.length === 0) return null;
  const folder = attempt(() => readlinkSync(`/proc/${pid}/cwd`)) ?? "/";
  return candidates.some((word) => resolve(folder, word) === path) ? "the file" : null;
}

function programOf(pid: number, names: StateProgram["names"], path: string): StateProgram {
  const { commandLine, newerFiles } = examineProcess("holder", processOf(pid), { verdict: "alive", evidence: "" });
  return { pid, names, opens: howOpen(pid, path), commandLine: commandLine ?? "unknown", newerFiles: newerFiles ?? [] };
}

/** Also of a file that another has taken the place of since. */
function howOpen(pid: number, path: string): StateProgram["opens"] {
  const open = (attempt(() => readdirSync(`/proc/${pid}/fd`)) ?? []).filter((fd) => {
    const target = attempt(() => readlinkSync(`/proc/${pid}/fd/${fd}`));
    return target === path || target === `${path} (deleted)`;
  });
  const flags = open.flatMap((fd) => attempt(() => flagsOf(readFileSync(`/proc/${pid}/fdinfo/${fd}`, "utf8"))) ?? []);
  if (flags.length === 0 || flags.some(Number.isNaN)) return null;
  return flags.every((each) => (each & O_ACCMODE) === constants.O_RDONLY) ? "to read" : "to write";
}

function flagsOf(fdinfo: string): number {
  return Number.parseInt(/^flags:\s*(?<octal>[0-7]+)$/mu.exec(fdinfo)?.groups?.["octal"] ?? "", 8);
}

/** This process and those that started it: a shell's command line names what this one was asked about. */
function relativesOf(pid: number): Set<number> {
  const relatives = new Set<number>();
  for (let each = pid; each > 1 && !relatives.has(each);) {
    relatives.add(each);
    const status = attempt(() => readFileSync(`/proc/${each}/status`, "utf8")) ?? "";
    each = Number(/^PPid:\s*(?<parent>\d+)$/mu.exec(status)?.groups?.["parent"] ?? 0);
  }
  return relatives;
}

/** A process may end, or be hidden. */
function attempt<T>(ask: () => T): T | null {
  try {
    return ask();
  } catch {
    return null;
  }
}
