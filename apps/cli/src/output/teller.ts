import type { LeaseClient } from "@tenure/core";
import { counted } from "@tenure/diagnostics";
import type { LeaseEvent, ProcessIdentity, RunEnd } from "@tenure/schema";
import { escapeForDisplay } from "@tenure/schema/light";
import { describeSighting, type RunEvent } from "@tenure/watchdog";
import { whatCandidatesDo } from "../status/judgement.ts";
import { humanDuration } from "./duration.ts";
import { eventInWords } from "./event.ts";
import { tell } from "./print.ts";
import { runEventDocument } from "./run-event.ts";

/** What is said on stderr beside the work, where somebody looks on. */
export interface Teller {
  readonly tell: (event: RunEvent | LeaseEvent, of: { readonly name: string; readonly time: string }) => void;
  /** Says who is waited for, unless the wait is over already. */
  readonly waiting: (name: string, client: LeaseClient) => Promise<void>;
  /** Says what stands in the way of a wait: who looks on may cure it. */
  readonly trouble: (trouble: Error) => void;
  readonly done: () => void;
}

export function tellerFor(flags: { readonly verbose?: boolean; readonly json?: boolean }): Teller {
  const speaks = flags.verbose === true || flags.json === true || process.stderr.isTTY;
  let over = !speaks;
  let isDone = false;
  return {
    tell: (event, { name, time }) => {
      over = true;
      if (flags.json) tell(`${JSON.stringify(isOfRun(event) ? runEventDocument(event, name, time) : event)}\n`);
      else if (speaks || isNeverSilent(event)) tell(`tenure: ${eventOfRunInWords(event)}\n`);
    },
    waiting: async (name, client) => {
      if (over || flags.json) return;
      const status = await client.status(name).catch(() => null);
      if (over || status === null) return;
      const { holderIdentity, paused, epoch, state, epochFloor } = status;
      if (holderIdentity !== null)
        tell(`tenure: waiting for "${name}", held by "${escapeForDisplay(holderIdentity)}", epoch ${epoch}\n`);
      else if (paused !== null)
        tell(
          `tenure: waiting for "${name}", which ${escapeForDisplay(paused.by)} paused: ${escapeForDisplay(paused.reason)}\n`,
        );
      else if (state === "lost")
        tell(`tenure: waiting for "${name}", whose record is gone, ${whatCandidatesDo(epochFloor)}\n`);
    },
    trouble: ({ message }) => {
      if (!isDone && flags.json !== true) tell(`tenure: still waiting: ${escapeForDisplay(message)}\n`);
    },
    done: () => {
      over = true;
      isDone = true;
    },
  };
}

const neverSilent: ReadonlySet<string> = new Set([
  "run.restarting",
  "run.exhausted",
  "run.hindered",
  "run.release_failed",
]);

/** Told also where nobody asked for it: a service is not started again and again, kept waiting, or left with its lease, in silence. */
function isNeverSilent(event: RunEvent | LeaseEvent): boolean {
  const { type } = event;
  if (type === "run.judged") return event.judgement.act;
  return neverSilent.has(type);
}

/** On the same line, which log collectors keep together. */
function lastLines(output: string): string {
  return output === "" ? "" : `; its stderr ended: ${output.split("\n").map(escapeForDisplay).join(" | ")}`;
}

function pidsOf(processes: readonly ProcessIdentity[]): string {
  return processes.map(({ pid }) => pid).join(", ");
}

const howItEnded: Readonly<Record<RunEnd, string>> = {
  completed: "completed",
  failed: "failed",
  lost: "lost its lease",
  stopped: "was stopped",
  interrupted: "was interrupted",
};

/** One line. */
export function eventOfRunInWords(event: RunEvent | LeaseEvent): string {
  return isOfRun(event) ? ofRun(event) : eventInWords(event);
}

function isOfRun(event: RunEvent | LeaseEvent): event is RunEvent {
  return event.type.startsWith("run.");
}

function ofRun(event: RunEvent): string {
  switch (event.type) {
    case "run.hindered":
      return `still waiting: ${escapeForDisplay(event.why)}`;
    case "run.leading":
      return `leading with epoch ${event.epoch}`;
    case "run.started":
      return `started process ${event.child.pid}`;
    case "run.child_ended":
      return `the command ended ${event.exit.signal === null ? `with ${event.exit.exitCode}` : `by ${event.exit.signal}`}`;
    case "run.judged": {
      const { verdict, evidence } = event.judgement;
      const seen = event.sighting === null ? "" : `; ${describeSighting(event.sighting)}`;
      return `the command is ${verdict}: ${evidence}${seen}${lastLines(event.lastOutput)}`;
    }
    case "run.stopping":
      return `stopping the command: ${escapeForDisplay(event.why)}`;
    case "run.release_failed":
      return `the lease was not given back and runs out: ${escapeForDisplay(String(event.error))}`;
    case "run.recorded":
      return `this run ${howItEnded[event.run.end ?? "interrupted"]} after ${humanDuration(event.run.durationMs ?? 0)}`;
    case "run.restarting": {
      if (event.failures === 0) return "it did not fail: starting again as soon as this leads";
      const what = event.trigger === "probe" ? "the restart budget is spent: one probe" : "starting again";
      return `${what} in ${humanDuration(event.afterMs)}, after failure ${event.failures} in a row${lastLines(event.lastOutput)}`;
    }
    case "run.exhausted":
      return `giving up: the restart budget is spent, with ${counted(event.restarts, "restart")} in its window${lastLines(event.lastOutput)}`;
    case "run.orphans_ended":
    case "run.escapees_ended":
    case "run.stuck":
  }
  const what = {
    "run.orphans_ended": "ended what an earlier term had left running",
    "run.escapees_ended": "ended what had left the command's process group",
    "run.stuck": "these processes would not die",
  } as const;
  return `${what[event.type]}: ${pidsOf(event.processes)}`;
}
