import type { Observation } from "@tenure/history";
import type { WorldEvent } from "./schedule/plan.ts";
import type { Outcome } from "./schedule/run-plan.ts";

/**
 * A run as text: one line for each thing that happened, in the order of true time, and below it what was broken. `brief`: who led from when
 * to when, and what went wrong; renewals in a row are one line.
 */
export function drawTimeline(
  { plan, history: all, violations }: Outcome,
  { brief = false }: { readonly brief?: boolean } = {},
): string {
  const history = brief ? inBrief(all) : all;
  const marked = new Set(violations.flatMap(({ facts }) => facts));
  const events = plan.events.map((event) => ({ at: event.atMs, line: `  world     ${describeEvent(event)}` }));
  const seen = history.flatMap((observation) => {
    const text = describe(observation);
    return text === null ? [] : [{ at: observation.at, line: `${marked.has(observation) ? "!" : " "} ${text}` }];
  });
  const lines = [...events, ...seen].toSorted((a, b) => a.at - b.at);
  const drawn = lines.map(({ at, line }) => `${(at / 1000).toFixed(3).padStart(9)}s ${line}`);
  const agents = plan.agents.map(({ holderIdentity, timing, leaving, termMs }, index) =>
    brief
      ? `agent ${index}: ${holderIdentity}`
      : `agent ${index}: ${holderIdentity}, ${JSON.stringify(timing)}, ${leaving === "never" ? "never leaves" : `leaves by ${leaving} after ${termMs} ms`}`,
  );
  const broken = violations.map(({ invariant, sentence }) => `${invariant} ${sentence}`);
  const head = brief ? `${plan.store} store` : `seed ${plan.seed}, ${plan.store} store`;
  return `${[head, ...agents, "", ...drawn, "", ...broken].join("\n")}\n`;
}

const TELLING: ReadonlySet<string> = new Set(["granted", "renewed", "renew-unknown", "ended", "quiet"]);

/** Of renewals of one term the last before anything else. What happens once all is quiet is no part of the story. */
function inBrief(history: readonly Observation[]): Observation[] {
  const overAt = history.findIndex(({ kind }) => kind === "quiet");
  const telling = history.slice(0, overAt === -1 ? history.length : overAt + 1).filter(({ kind }) => TELLING.has(kind));
  return telling.filter((seen, at) => {
    const next = telling[at + 1];
    return !(seen.kind === "renewed" && next?.kind === "renewed" && next.epoch === seen.epoch);
  });
}

function describeEvent(event: WorldEvent): string {
  const details = Object.entries(event).filter(([key]) => key !== "atMs" && key !== "kind");
  return [event.kind, ...details.map(([key, value]) => `${key}=${JSON.stringify(value)}`)].join(" ");
}

/** `null`: of no help to a reader. */
function describe(seen: Observation): string | null {
  switch (seen.kind) {
    case "granted":
      return `${seen.holder.padEnd(12)} leads at epoch ${seen.epoch}, until ${seconds(seen.validUntil)}`;
    case "renewed":
      return `${seen.holder.padEnd(12)} renewed epoch ${seen.epoch}, until ${seconds(seen.validUntil)}`;
    case "renew-unknown":
      return `${seen.holder.padEnd(12)} does not know whether it renewed epoch ${seen.epoch}`;
    case "ended":
      return `${seen.holder.padEnd(12)} leads no more at epoch ${seen.epoch} (${seen.reason})`;
    case "visible":
      return `store        shows ${seen.holder ?? "nobody"} at epoch ${seen.epoch} (${seen.nonce})`;
    case "withdrawn":
      return `store        tells nothing any more of ${seen.holder} at epoch ${seen.epoch}`;
    case "acked":
      return `store        acknowledged change ${seen.position} at epoch ${seen.epoch}`;
    case "recovered":
      return `store        came back with change ${seen.position}, floor ${seen.epochFloor}`;
    case "write-accepted":
      return `${seen.resource.padEnd(12)} took a write of epoch ${seen.epoch}`;
    case "told":
      return `status       said ${seen.holder ?? "nobody"} at epoch ${seen.epoch}`;
    case "told-paused":
      return `pause        is in place, until ${seconds(seen.until)}`;
    case "told-resumed":
      return `pause        may be over`;
    case "quiet":
      return `quiet        from here on nothing goes wrong`;
    case "record-read":
      return seen.whole ? null : `journal      is not whole`;
    case "child-started":
    case "child-ended":
      return `${seen.role.padEnd(12)} ${seen.kind} ${seen.child}`;
    case "judged":
      return `${seen.role.padEnd(12)} ${seen.child} is given up; in truth it ${seen.working ? "works" : "does not work"}`;
    case "child-due":
      return `${seen.role.padEnd(12)} ${seen.child} is to be gone by now`;
    case "child-stopped":
      return `${seen.role.padEnd(12)} said to be stopped`;
    case "renewing":
    case "line-written":
    case "finished":
    default:
      return null;
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)}s`;
}
