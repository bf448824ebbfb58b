import type { ProofLine } from "@tenure/core";
import { counted } from "@tenure/diagnostics";
import type { AdviceDocument, Slowness, TimingSettings } from "@tenure/schema";
import { formatDuration } from "@tenure/schema/light";
import { boundsInWords } from "../output/bounds.ts";
import type { Palette } from "../output/colour.ts";
import { humanDuration } from "../output/duration.ts";

export interface AdviceTextOptions {
  readonly proof: readonly ProofLine[];
  /** How long work may stand still before it counts as hung. */
  readonly stallMs: number;
  readonly palette: Palette;
}

/** What to write down, first; then what it gives, costs and asks. */
export function adviceInWords(advice: AdviceDocument, { proof, stallMs, palette }: AdviceTextOptions): string {
  const { wantedGapMs, smallestGapMs, slowness, settings, timing, ridesOut } = advice;
  // Rounded up: what is named here can be asked for.
  const smallest = formatDuration(Math.ceil(smallestGapMs));
  const stall = `           ${formatDuration(stallMs)} without progress before work counts as hung (--stall, or the progress deadline)\n`;
  const known = `${palette.quiet("known")}      ${slownessInWords(slowness)}\n${stallMs > 0 ? stall : ""}`;
  if (settings === null || timing === null || ridesOut === null)
    return `${palette.bad(`a gap of ${formatDuration(wantedGapMs)} cannot be kept`)}: the smallest that can is ${smallest}\n  tenure advise --gap ${smallest}\n\n${known}`;
  return [
    `${palette.strong(`"timing": ${settingsInWords(settings)}`)}\n\n`,
    boundsInWords(proof, palette),
    "\n",
    `${palette.quiet("costs")}      ${counted(Math.round(Number(advice.writesPerHour)), "write")} an hour for each lease\n`,
    `${palette.quiet("rides out")}  ${counted(ridesOut.missedRenewals, "failed renewal")} in a row; a store that is away for ${humanDuration(ridesOut.storeOutageMs)};\n`,
    `           a holder that stands still for ${humanDuration(ridesOut.standstillMs)}; clock rates ${ridesOut.clockRateError * 100} % apart\n`,
    `${palette.quiet("asks")}       work to stop within ${humanDuration(timing.stopTimeoutMs)}, the store to answer within ${humanDuration(timing.requestTimeoutMs)}\n`,
    known,
    `${palette.quiet("smallest")}   a gap of ${smallest} is the smallest that can be kept here\n`,
  ].join("");
}

/** As a configuration file has it. */
function settingsInWords(settings: TimingSettings): string {
  const pairs = Object.entries(settings).flatMap(([key, value]) => {
    if (value === undefined) return [];
    return [key.endsWith("Ms") ? `"${key.slice(0, -2)}": "${formatDuration(value)}"` : `"${key}": ${value}`];
  });
  return pairs.length === 1 ? `{ ${pairs.join("")} }` : `{\n  ${pairs.join(",\n  ")}\n}`;
}

function slownessInWords(slowness: Slowness | null): string {
  if (slowness === null) return "nothing of this store: try --probe, or --latency-from LEASE";
  const { from, samples, latencyMs, latenessMs } = slowness;
  if (from === "history" && samples === 0) return "no renewal in this history, so nothing of how late they come";
  if (from === "history")
    return `${counted(samples, "renewal")}, the latest ${humanDuration(latenessMs ?? 0)} after it was due`;
  if (from === "given") return `the slowest answer takes ${formatDuration(latencyMs ?? 0)}, as you say`;
  return `${counted(samples, "read")} of the store, the slowest ${formatDuration(latencyMs ?? 0)}`;
}
