import { LeaseError, proveTiming, resolveTiming, statusOf, type Snapshot, type Viewpoint } from "@tenure/core";
import { processState } from "@tenure/host";
import type { LeaseRecord, ProcessIdentity } from "@tenure/schema";
import { quoteForDisplay } from "@tenure/schema/light";

export const faults = ["kill", "pause", "stall"] as const;
export type Fault = (typeof faults)[number];

/** What a fault is done to, and what must follow. */
export interface Target {
  readonly record: LeaseRecord & { readonly holderIdentity: string };
  readonly process: ProcessIdentity & { readonly pid: number };
  readonly what: string;
  /** The next one leads at the latest after this. */
  readonly boundMs: number;
}

/**
 * The process that a record names: nothing else is ever harmed.
 * @throws LeaseError `ENOTACQUIRED` when nobody leads (any more), `EPAUSED` when nobody could follow, `EPERMISSION` when the record names no process that
 * is certainly the one that runs here.
 */
export function targetOf(snapshot: Snapshot, fault: Fault, viewpoint: Viewpoint): Target {
  const { name, record } = snapshot;
  if (record === null || record.holderIdentity === null)
    throw new LeaseError("ENOTACQUIRED", `nobody holds "${name}", so nothing can be tried on its holder`, { name });
  const { holderIdentity, epoch } = record;
  const facts = { name, holderIdentity, epoch };
  if (record.paused !== null)
    throw new LeaseError(
      "EPAUSED",
      `"${name}" is paused: nobody could follow its holder (tenure resume ${name})`,
      facts,
    );
  // A record names its holder until somebody takes over, however long it has led nobody.
  if (statusOf(viewpoint, snapshot).remainingMs === 0)
    throw new LeaseError(
      "ENOTACQUIRED",
      `nobody holds "${name}": the term of ${quoteForDisplay(holderIdentity)}, epoch ${epoch}, has run out, so nothing can be tried on it`,
      facts,
    );
  const whose = fault === "stall" ? "the command" : "the holder";
  const process = fault === "stall" ? record.child : record.holder;
  if (process === null)
    throw new LeaseError(
      "EPERMISSION",
      `the holder of "${name}" runs no command that could stall: it is not led by tenure run`,
      facts,
    );
  const { pid } = process;
  if (pid === null)
    throw new LeaseError(
      "EPERMISSION",
      `no process stands behind ${quoteForDisplay(holderIdentity)}, which holds "${name}"`,
      facts,
    );
  const state = processState(process);
  if (state !== "running") {
    const why = {
      dead: "is gone",
      stopped: "stands still already",
      unknown: "is not certainly one of this machine and container",
    };
    throw new LeaseError(
      "EPERMISSION",
      `process ${pid}, ${whose} of "${name}", ${why[state]}: nothing was done`,
      facts,
    );
  }
  return {
    record: { ...record, holderIdentity },
    process: { ...process, pid },
    what: `process ${pid}, ${whose} of "${name}" (${quoteForDisplay(holderIdentity)}, epoch ${epoch})`,
    boundMs: boundMs(record, fault),
  };
}

/** By the proof. What the record does not say, such as the request timeout, is taken as it is derived. */
function boundMs({ leaseDurationMs, renewDeadlineMs, lockDelayMs }: LeaseRecord, fault: Fault): number {
  const lines = proveTiming(resolveTiming({ leaseDurationMs, renewDeadlineMs, lockDelayMs }));
  const rule = fault === "kill" ? "DETECT_UNTOLD" : "DETECT_HUNG";
  return lines.find((line) => line.rule === rule)?.right ?? leaseDurationMs;
}
