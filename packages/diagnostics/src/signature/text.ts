import type { Bin, Signature } from "@tenure/schema";
import { counted, seconds } from "../numbers.ts";

const BAR_MOST = 24;

/** The signature for a terminal or a code block: what was concluded, the histograms, the residuals. No text of a log is in it. */
export function signatureLines(signature: Signature): string[] {
  const { terms, refusal, beat, ages, outage } = signature;
  const out = [`times of ${counted(terms, "lease")} that nobody released`];
  if (refusal !== null) out.push(`  ${refusal}`);
  out.push(...signature.conclusions.map((each) => `  - ${each}`));
  if (beat !== null) {
    out.push("", "  renewals until the end   terms");
    out.push(...bars(beat.histogram, ({ from, to }) => (to - from > 1 ? `${from} to ${to - 1}` : `${from}`)));
  }
  if (ages !== null && refusal === null) {
    out.push("", "  age when found expired   terms");
    out.push(...bars(ages.histogram, ({ from, to }) => `${inSeconds(from)}-${seconds(to)}`));
    if (ages.residualLeastMs !== null && ages.residualMostMs !== null)
      out.push(
        `  residual after lease duration and grace: ${seconds(ages.residualLeastMs)} to ${seconds(ages.residualMostMs)}` +
          `${signature.pollMs === null ? "" : `, of a poll of ${seconds(signature.pollMs)}`}; ${ages.early} too early, ${ages.late} too late`,
      );
  }
  if (outage !== null && outage.terms > 0) {
    out.push("", "  nobody led, a leader     share");
    const rows: readonly (readonly [string, number])[] = [
      ["rest of the lease", outage.remainderMs],
      ["grace", outage.graceMs],
      ["wait for a poll", outage.pollMs],
      ["start-up", outage.startUpMs],
    ];
    for (const [name, ms] of rows) out.push(row(name, ms, outage.totalMs, seconds(ms / outage.terms)));
  }
  return out;
}

function bars(bins: readonly Bin[], nameOf: (bin: Bin) => string): string[] {
  const most = Math.max(...bins.map(({ terms }) => terms));
  return bins.map((bin) => row(nameOf(bin), bin.terms, most, `${bin.terms}`));
}

function row(name: string, value: number, most: number, label: string): string {
  const bar = "#".repeat(most <= 0 ? 0 : Math.round((value / most) * BAR_MOST));
  return `  ${name.padStart(22)}   ${bar}${bar === "" ? "" : " "}${label}`;
}

function inSeconds(ms: number): string {
  return seconds(ms).replace(" s", "");
}
