import type { ProcessIdentity } from "@tenure/schema";
import { examine } from "./examine.ts";
import { effectiveUser, readStat, usersOf } from "./proc-files.ts";
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
  /**
   * Also one that was started by another user, as far as the system lets us: for who knows by more than a record that it is its
   * own. Default: false.
   */
  readonly anyUser?: boolean;
}

/**
 * Signals a recorded process if it is still that one, and was started by this user or acts as it. The record is data, not
 * authority: everything is looked up again right before the signal, and init, this process and its own group are never signalled.
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
  const objections = [
    options.anyUser === true || isOurs(pid, reader) ? null : usersDiffer(pid, reader),
    options.group === true ? notItsGroup(pid, reader) : null,
  ];
  const objection = objections.find((each) => each !== null);
  if (objection !== undefined) return { outcome: "refused", evidence: objection };
  const target = options.group === true ? -pid : pid;
  try {
    reader.kill(target, signal);
  } catch (error) {
    const code = errorCode(error);
    const failed = `${signal} to ${target} failed with ${code}`;
    if (code === "EPERM") return { outcome: "refused", evidence: `${failed}: ${usersDiffer(pid, reader)}` };
    return { outcome: code === "ESRCH" ? "gone" : "refused", evidence: failed };
  }
  return { outcome: "sent", evidence: `${signal} to ${target}: ${evidence}` };
}

/** A setuid program acts as another than the one who started it, and is no stranger for that. */
function isOurs(pid: number, reader: ProcReader): boolean {
  const its = usersOf(reader, pid);
  const ours = effectiveUser(reader, "self");
  return ours !== null && (its.effective === ours || its.real === ours);
}

function usersDiffer(pid: number, reader: ProcReader): string {
  const its = effectiveUser(reader, pid) ?? "unknown";
  return `process ${pid} acts as user ${its}, this one as ${effectiveUser(reader, "self") ?? "unknown"}`;
}

function notItsGroup(pid: number, reader: ProcReader): string | null {
  const group = readStat(reader, pid)?.processGroup;
  if (group !== pid) return `process ${pid} does not lead its group ${group ?? "unknown"}`;
  return readStat(reader, "self")?.processGroup === pid ? `this process belongs to group ${pid} itself` : null;
}
