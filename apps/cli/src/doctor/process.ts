import { lstatSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import type { ExaminedProcess } from "@tenure/diagnostics";
import { boottimeMs, processState } from "@tenure/host";
import type { ProcessIdentity } from "@tenure/schema";
import { redact } from "@tenure/schema/light";

type Finding = { readonly verdict: "dead" | "alive" | "unknown"; readonly evidence: string };

/** The kernel's unit of start times for programs, on every Linux. */
const TICK_MS = 10;
/** What start times and the clock since boot are rounded by. */
const ROUNDING_MS = 100;
/** Programs that run a file which they are given. */
const INTERPRETERS =
  /^(?:node|nodejs|deno|bun|python[\d.]*|ruby[\d.]*|perl[\d.]*|php[\d.]*|sh|bash|dash|ash|zsh|ksh)$/u;
const SHOWN_LENGTH = 200;

/** Looks at a process of the record, as far as this user may. */
export function examineProcess(
  role: ExaminedProcess["role"],
  process: ProcessIdentity,
  { verdict, evidence }: Finding,
): ExaminedProcess {
  const { pid, processStartTime } = process;
  if (verdict !== "alive" || pid === null)
    return {
      role,
      process,
      state: verdict === "alive" ? "running" : verdict,
      evidence,
      commandLine: null,
      newerFiles: null,
    };
  const words = attempt(() => readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").filter(Boolean)) ?? [];
  return {
    role,
    process,
    state: processState(process) === "stopped" ? "stopped" : "running",
    evidence,
    commandLine: words.length === 0 ? null : redact(words.join(" ")).slice(0, SHOWN_LENGTH),
    newerFiles: processStartTime === null ? null : newerFiles(pid, Number(processStartTime), words),
  };
}

function newerFiles(pid: number, startTicks: number, words: readonly string[]): string[] | null {
  const executable = attempt(() => readlinkSync(`/proc/${pid}/exe`));
  if (executable === null) return null;
  if (executable.endsWith(" (deleted)"))
    return [`process ${pid} runs ${executable.slice(0, -" (deleted)".length)}, which was replaced since`];
  const program = basename(executable);
  const script = INTERPRETERS.test(program) ? scriptIn(pid, program, words) : null;
  const changedMs = script === null ? null : attempt(() => statSync(script).mtimeMs);
  const startedMs = Date.now() - boottimeMs() + startTicks * TICK_MS;
  if (script === null || changedMs === null || changedMs <= startedMs + ROUNDING_MS) return [];
  return [
    `${script} was changed at ${new Date(changedMs).toISOString()}, and process ${pid} was started at ${new Date(startedMs).toISOString()}`,
  ];
}

/** The first word that is no option, if it names a file; code given as an option has none. */
function scriptIn(pid: number, program: string, words: readonly string[]): string | null {
  const first = words.slice(1).find((word) => !word.startsWith("-"));
  if (first === undefined) return null;
  // `-e` of a shell is no code.
  const givesCode = program.endsWith("sh") ? /^-[a-z]*c$/u : /^-[a-z]*[cep]$/u;
  if (words.slice(1, words.indexOf(first, 1)).some((word) => givesCode.test(word))) return null;
  const directory = attempt(() => readlinkSync(`/proc/${pid}/cwd`));
  const path = directory === null ? null : resolve(directory, first);
  return path !== null && attempt(() => lstatSync(path)) !== null ? path : null;
}

/** What another user's process hides, or what has ended meanwhile, is not told. */
function attempt<T>(ask: () => T): T | null {
  try {
    return ask();
  } catch {
    return null;
  }
}
