import type { ProcessIdentity } from "@tenure/schema";
import { processOf } from "./identity.ts";
import { procIsOurs, readStat } from "./proc-files.ts";
import { attempt, systemHost } from "./proc-reader.ts";
import type { ProcReader } from "./proc-reader.ts";

export interface ScanOptions {
  /** Variables the process was started with: each must be there and equal the text, or please the function. */
  readonly matchEnv: Readonly<Record<string, string | ((value: string) => boolean)>>;
}

export interface FoundProcess {
  readonly process: ProcessIdentity;
  readonly processGroup: number;
}

/**
 * The living processes whose environment matches, of whichever user, this one excepted: what a dead leader left behind. A
 * process whose environment the system hides from us, or that was started with another one, is not found. Linux only; elsewhere
 * nothing is found.
 */
export function* scanProcesses(options: ScanOptions, reader: ProcReader = systemHost): Generator<FoundProcess> {
  if (reader.platform !== "linux" || !procIsOurs(reader)) return;
  const wanted = Object.entries(options.matchEnv);
  for (const entry of reader.readDir("/proc")) {
    const pid = Number(entry);
    if (!Number.isSafeInteger(pid) || pid === reader.pid) continue;
    // One look tells most processes apart; those that remain are looked at in the order that proves something.
    if (!isMatch(reader, pid, wanted)) continue;
    const before = readStat(reader, pid);
    if (before === null || !isMatch(reader, pid, wanted)) continue;
    const process = attempt(() => processOf(pid, {}, reader));
    // The number may have gone to another process since its environment was read.
    if (process?.processStartTime === before.startTime) yield { process, processGroup: before.processGroup };
  }
}

function isMatch(
  reader: ProcReader,
  pid: number,
  wanted: readonly [string, string | ((value: string) => boolean)][],
): boolean {
  const environ = `\0${attempt(() => reader.readFile(`/proc/${pid}/environ`)) ?? ""}`;
  return wanted.every(([name, expected]) => {
    const at = environ.indexOf(`\0${name}=`);
    if (at === -1) return false;
    const begin = at + name.length + 2;
    const end = environ.indexOf("\0", begin);
    const value = environ.slice(begin, end === -1 ? undefined : end);
    return typeof expected === "string" ? value === expected : expected(value);
  });
}
