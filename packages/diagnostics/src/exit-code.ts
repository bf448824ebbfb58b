import type { Evidence } from "./evidence.ts";

/** As a shell reports an end by ILL, ABRT, BUS, FPE, KILL and SEGV: no code of the process runs after it. */
const fatal: ReadonlySet<number> = new Set([132, 134, 135, 136, 137, 139]);
/** HUP, INT and TERM ask a process to end; what it does then is its own. */
const asked: ReadonlySet<number> = new Set([129, 130, 143]);

export const SIGKILL_CODE = 137;

/** Whether the process could not have released anything. */
export function hadNoSay(exit: Evidence | null): boolean {
  return fatal.has(exit?.facts.exitCode ?? 0);
}

/** Whether somebody wanted it to end. */
export function wasAsked({ facts: { exitCode, label } }: Evidence): boolean {
  return asked.has(exitCode ?? 0) || /intention|request|shut ?down/iu.test(label ?? "");
}
