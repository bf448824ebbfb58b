import type { ProcessIdentity } from "@tenure/schema";
import { examine } from "./examine.ts";
import { effectiveUser, readStat } from "./proc-files.ts";
import { errorCode, systemHost } from "./proc-reader.ts";
import type { ProcReader } from "./proc-reader.ts";

/** `gone`: it had ended already. `refused`: it is not certain that the signal would reach the recorded process and no other. */
export interface SignalOutcome {
  readonly outcome: "sent" | "gone" | "refused";
  /** One sentence, with the numbers it rests on. */
  readonly evidence: string;
}

export interface SignalOptions {
  /** To the whole process group, which the process must lead. Default: to the process alone. */
  readonly group?: boolean;
}

/**
 * Signals a recorded process if it is still that one, and of the same user. The record is data, not authority: everything is
 * looked up again right before the signal, and init, this process and this process's own group are never signalled.
 */
export function signalProcess(
  subject: ProcessIdentity,
  signal: string,
  options: SignalOptions = {},
  reader: ProcReader = systemHost,
): SignalOutcome {
  const { pid } = subject;
  if (pid === null || !Number.isSafeInteger(pid) || pid <= 1 || pid === reader.pid)
    return { outcome: "refused", evidence: `process ${pid} is never signalled from here` };
  const { verdict, evidence } = examine(subject, false, reader);
  if (verdict !== "alive") return { outcome: verdict === "dead" ? "gone" : "refused", evidence };
  const objection = strangerTo(pid, reader) ?? (options.group === true ? notItsGroup(pid, reader) : null);
  if (objection !== null) return { outcome: "refused", evidence: objection };
  const target = options.group === true ? -pid : pid;
  try {
    reader.kill(target, signal);
  } catch (error) {
    const code = errorCode(error);
    return { outcome: code === "ESRCH" ? "gone" : "refused", evidence: `${signal} to ${target} failed with ${code}` };
  }
  return { outcome: "sent", evidence: `${signal} to ${target}: ${evidence}` };
}

function strangerTo(pid: number, reader: ProcReader): string | null {
  const its = effectiveUser(reader, pid);
  const ours = effectiveUser(reader, "self");
  return its !== null && its === ours
    ? null
    : `process ${pid} acts as user ${its ?? "unknown"}, this one as ${ours ?? "unknown"}`;
}

function notItsGroup(pid: number, reader: ProcReader): string | null {
  const group = readStat(reader, pid)?.processGroup;
  if (group !== pid) return `process ${pid} does not lead its group ${group ?? "unknown"}`;
  return readStat(reader, "self")?.processGroup === pid ? `this process belongs to group ${pid} itself` : null;
}
