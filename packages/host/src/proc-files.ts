import { attempt } from "./proc-reader.ts";
import type { ProcReader } from "./proc-reader.ts";

/** What `/proc/PID/stat` says that matters here. */
export interface ProcStat {
  /** One letter: `R`, `S`, `D`, `T` and `t` stopped, `Z` and `X` dead, and others. */
  readonly state: string;
  readonly processGroup: number;
  /** Field 22: ticks since boot, in the time namespace of the reader. */
  readonly startTime: string;
}

/** Process or task, by the path under `/proc`; `null` when it is gone, hidden or makes no sense. */
export function readStat(reader: ProcReader, task: number | string): ProcStat | null {
  const text = attempt(() => reader.readFile(`/proc/${task}/stat`));
  return text === null ? null : parseStat(text);
}

/** The second field is the program's name, which may itself hold parentheses, spaces and digits: only the last `)` ends it. */
function parseStat(text: string): ProcStat | null {
  const end = text.lastIndexOf(")");
  const fields = text
    .slice(end + 1)
    .trim()
    .split(" ");
  const [state, , processGroup] = fields;
  const startTime = fields[19];
  if (end < 0 || state === undefined || startTime === undefined || !/^\d+$/u.test(startTime)) return null;
  return { state, processGroup: Number(processGroup), startTime };
}

/** The words of one line of `/proc/PID/status`; `null` when there is none. */
function readStatusLine(reader: ProcReader, process: number | "self", key: string): readonly string[] | null {
  const text = attempt(() => reader.readFile(`/proc/${process}/status`));
  const line = text?.split("\n").find((candidate) => candidate.startsWith(`${key}:`));
  return line === undefined
    ? null
    : line
        .slice(key.length + 1)
        .trim()
        .split(/\s+/u);
}

/** The user a process acts as; `null` when it cannot be seen. */
export function effectiveUser(reader: ProcReader, process: number | "self"): string | null {
  return usersOf(reader, process).effective;
}

/** Who started a process, and as whom it acts; they differ for a setuid program. `null` when it cannot be seen. */
export function usersOf(
  reader: ProcReader,
  process: number | "self",
): { readonly real: string | null; readonly effective: string | null } {
  const [real = null, effective = null] = readStatusLine(reader, process, "Uid") ?? [];
  return { real, effective };
}

/**
 * Whether `/proc` numbers processes as `kill(2)` does for us. One that was mounted for an outer pid namespace shows other
 * processes under our numbers.
 */
export function procIsOurs(reader: ProcReader): boolean {
  const numbers = readStatusLine(reader, "self", "NSpid");
  if (numbers !== null) return numbers.length === 1 && numbers[0] === String(reader.pid);
  return attempt(() => reader.readLink("/proc/self")) === String(reader.pid);
}

/** The kind of file system that really answers for a path: the last mount over it, since containers mount over parts of `/proc`. */
export function fileSystemOf(reader: ProcReader, path: string): string | null {
  const mounts = attempt(() => reader.readFile("/proc/self/mountinfo"))?.split("\n") ?? [];
  const covering = mounts.map(parseMount).filter(({ point }) => path === point || path.startsWith(`${point}/`));
  const deepest = Math.max(...covering.map(({ point }) => point.length));
  return covering.findLast(({ point }) => point.length === deepest)?.type ?? null;
}

function parseMount(line: string): { readonly point: string; readonly type: string } {
  const [before = "", after = ""] = line.split(" - ");
  const point = before.split(" ")[4] ?? "?";
  return { point: point === "/" ? "" : point, type: after.split(" ")[0] ?? "" };
}
