import type { ProcessIdentity } from "@tenure/schema";
import { bootId, hostId, isKernelBootId, pidNamespace, timeNamespace } from "./machine.ts";
import { procIsOurs, readStat } from "./proc-files.ts";
import { attempt, errorCode } from "./proc-reader.ts";
import type { ProcReader } from "./proc-reader.ts";

/** What is known about a recorded process. Whatever is not proved is `unknown`. Satisfies core's `ProofOfDeath`. */
export interface Finding<Verdict extends "dead" | "alive" | "unknown" = "dead" | "alive" | "unknown"> {
  readonly verdict: Verdict;
  /** One sentence, with the numbers it rests on. */
  readonly evidence: string;
}

export type Examination = Finding<"dead" | "unknown"> | (Finding<"alive"> & { readonly stopped: boolean });

/** A process may end between two looks; then one looks again. */
const LOOKS = 3;

/** Looks at one recorded process, from here and now. */
export function examine(subject: ProcessIdentity, sameMachine: boolean, reader: ProcReader): Examination {
  const { pid } = subject;
  if (pid === null) return unknown("no process stands behind the lease, so none can be proved dead");
  const boot = bootId(reader);
  if (subject.bootId !== boot) return fromAnotherBoot(subject, boot, sameMachine, reader);
  const obstacle = obstacleTo(subject, reader);
  if (obstacle !== null) return unknown(obstacle);
  for (let look = 0; look < LOOKS; look += 1) {
    const examination = lookAt(pid, subject.processStartTime, reader);
    if (examination !== null) return examination;
  }
  return unknown(`process ${pid} exists, but /proc does not show it here`);
}

function fromAnotherBoot(
  subject: ProcessIdentity,
  boot: string,
  sameMachine: boolean,
  reader: ProcReader,
): Examination {
  const between = `it ran in boot ${subject.bootId}, and this is boot ${boot}`;
  if (!sameMachine) return unknown(`${between}, perhaps of another machine`);
  // The directory of a machine's store may have been moved, or be shared against advice.
  if (subject.hostId !== hostId(reader)) return unknown(`${between}, of another host`);
  if (!isKernelBootId(subject.bootId) || !isKernelBootId(boot))
    return unknown(`${between}, but not both are the kernel's own ids`);
  return dead(`process ${subject.pid} ended with its boot: ${between} of the same machine`);
}

/** Why numbers and start times read here would be about other processes than the recorded ones; `null` when they are not. */
function obstacleTo(subject: ProcessIdentity, reader: ProcReader): string | null {
  if (reader.platform !== "linux")
    return subject.pidNamespace === null ? null : "it ran under another operating system";
  for (const [kind, its, ours] of [
    ["pid", subject.pidNamespace, pidNamespace(reader)],
    ["time", subject.timeNamespace, timeNamespace(reader)],
  ] as const) {
    if (its === null || its !== ours)
      return `process ${subject.pid} was recorded in ${kind} namespace ${its ?? "unknown"}, and this one is ${ours ?? "unknown"}`;
  }
  return procIsOurs(reader)
    ? null
    : `/proc belongs to another pid namespace, so process ${subject.pid} cannot be looked up`;
}

/** `null`: it changed while it was looked at, or `/proc` hides it. */
function lookAt(pid: number, startTime: string | null, reader: ProcReader): Examination | null {
  const answer = ask(pid, reader);
  if (answer === "ESRCH") return dead(`process ${pid} is gone: signal 0 finds no such process`);
  if (answer !== "exists") return unknown(`signal 0 to process ${pid} failed with ${answer}`);
  if (reader.platform !== "linux") return unknown(`a process ${pid} exists, but when it started is not known here`);
  const stat = readStat(reader, pid);
  if (stat === null) return null;
  if (startTime === null)
    return unknown(`a process ${pid} exists, but the start time of the recorded one is not known`);
  if (stat.startTime !== startTime)
    return dead(
      `number ${pid} is another process now: it started at tick ${stat.startTime}, the recorded one at ${startTime}`,
    );
  if (!isDead(stat.state)) return alive(pid, startTime, [stat.state]);
  return lookAtTasks(pid, startTime, reader);
}

/** The first thread of a process may end while others work on; only when none is left is the process dead. */
function lookAtTasks(pid: number, startTime: string, reader: ProcReader): Examination | null {
  const tasks = attempt(() => reader.readDir(`/proc/${pid}/task`));
  if (tasks === null) return null;
  const states = tasks.map((task) => readStat(reader, `${pid}/task/${task}`)?.state);
  if (!states.every((state) => state !== undefined)) return null;
  const living = states.filter((state) => !isDead(state));
  if (living.length > 0) return alive(pid, startTime, living);
  // A thread may have started another and ended while the list was read; dead ones cannot, so a list that stands is whole.
  const again = attempt(() => reader.readDir(`/proc/${pid}/task`));
  if (again?.join() !== tasks.join()) return null;
  return dead(`process ${pid}, started at tick ${startTime}, is a zombie: all of its ${tasks.length} tasks have ended`);
}

function ask(pid: number, reader: ProcReader): string {
  try {
    reader.kill(pid, 0);
    return "exists";
  } catch (error) {
    const code = errorCode(error);
    return code === "EPERM" ? "exists" : code;
  }
}

function isDead(state: string): boolean {
  return state === "Z" || state === "X" || state === "x";
}

function alive(pid: number, startTime: string, states: readonly string[]): Examination {
  const evidence = `process ${pid}, started at tick ${startTime}, is in state ${states.join(", ")}`;
  return { verdict: "alive", evidence, stopped: states.every((state) => state === "T" || state === "t") };
}

function dead(evidence: string): Finding<"dead"> {
  return { verdict: "dead", evidence };
}

function unknown(evidence: string): Finding<"unknown"> {
  return { verdict: "unknown", evidence };
}
