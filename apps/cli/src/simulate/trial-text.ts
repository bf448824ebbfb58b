import { worstGapMs } from "@tenure/advisor";
import { counted, times } from "@tenure/diagnostics";
import type { TrialDocument } from "@tenure/schema";
import { escapeForDisplay, formatDuration } from "@tenure/schema/light";
import type { Palette } from "../output/colour.ts";
import { humanDuration } from "../output/duration.ts";
import { table } from "../output/table.ts";
import { fit, withinColumns } from "../output/width.ts";

const NARROW = 80;
const HOUR_MS = 3_600_000;

/** The verdict, what each kind of fault came to, what the watchdog did, and the worst schedule drawn. */
export function trialInWords(document: TrialDocument, palette: Palette, columns: number = NARROW): string {
  const { hours, seed, candidates, store, timing, overlaps, broken, faults, worst } = document;
  const all = Object.values(faults);
  const sum = (of: (totals: (typeof all)[number]) => number): number =>
    all.reduce((total, totals) => total + of(totals), 0);
  const place = store === "file" ? "on one machine" : "across a network";
  const rows = Object.entries(faults)
    .toSorted(([, a], [, b]) => b.longestGapMs - a.longestGapMs)
    .map(([kind, totals]) => [
      { text: kind },
      { text: String(totals.faults) },
      { text: String(totals.losses) },
      { text: String(totals.gaps) },
      { text: humanDuration(totals.longestGapMs) },
      { text: humanDuration(totals.totalGapMs) },
    ]);
  const head = ["FAULT", "TIMES", "LOST", "GAPS", "LONGEST", "TOGETHER"].map((title, at) => ({
    title,
    ...(at > 0 && { align: "right" as const }),
  }));
  const verdict =
    broken.length === 0
      ? palette.good("two never led at once, and no promise was broken")
      : palette.bad(
          `${overlaps === 0 ? "" : `two led at once ${times(overlaps)}; `}a promise was broken in ${broken.length} of them`,
        );
  const tried = `${counted(hours, "hour")}, ${counted(candidates, "candidate")} ${place}, lease duration ${formatDuration(timing.leaseDurationMs)} (seed ${seed})\n`;
  if (all.length === 0)
    return `${tried}no fault came in ${counted(hours, "hour")}: try more --hours, or more --faults-per-hour\n`;
  const lines = [
    tried,
    `${counted(
      sum((totals) => totals.faults),
      "fault",
    )}: ${verdict}\n`,
    ...broken
      .slice(0, 3)
      .flatMap(({ violations }) =>
        violations.slice(0, 1).map((each) => `  ${each.invariant} ${escapeForDisplay(each.sentence)}\n`),
      ),
    `${ledInWords(100 * (1 - sum(({ totalGapMs }) => totalGapMs) / (hours * HOUR_MS)))}\n\n`,
    table(head, rows, { columns, styleHead: palette.quiet }),
    "\n",
    restartsInWords(document),
  ];
  if (worst !== null)
    lines.push(
      `\n${palette.strong(`The worst: ${worst.kind}, ${humanDuration(worst.forMs)}, at hour ${Math.floor(worst.atHour)}; nobody led for ${humanDuration(worst.gapMs)}`)}\n`,
      ...beyondProof(worst.gapMs, worstGapMs(timing)).map((text) => `${text}\n`),
      ...worst.timeline.map((line) => `${fit(escapeForDisplay(line), columns)}\n`),
    );
  return withinColumns(lines.join(""), columns);
}

/** Each fault is tried by itself, so what two of them have in common counts twice. */
function ledInWords(percent: number): string {
  return percent < 0
    ? "faults came faster than they passed: the gaps together outlast the time"
    : `somebody led at least ${Math.floor(percent * 1e4) / 1e4} % of the time`;
}

/** Whoever compares the two must not take one of them for wrong. */
function beyondProof(gapMs: number, provedMs: number): string[] {
  if (gapMs <= provedMs) return [];
  const proved = formatDuration(Math.ceil(provedMs));
  return [
    `longer than the ${proved} of tenure prove, which asks that another one waits, runs, reaches the store and hears of each renewal`,
  ];
}

function restartsInWords({ restarts, policy }: TrialDocument): string {
  const { failures, probes, gaveUp, leftDown, downMs, longestDownMs } = restarts;
  if (policy.restart === "never")
    return `restarts   none (restart is never): after ${times(leftDown)} of a failure a person started it\n`;
  const gave = gaveUp > 0 ? `           gave up ${times(gaveUp)}, and a person started it\n` : "";
  const leftOut = gaveUp > 0 ? "not counting the waits for a person; " : "";
  return (
    `restarts   ${restarts.restarts} and ${counted(probes, "probe")} for ${counted(failures, "failure")}\n${gave}` +
    `           one machine's command was down for ${humanDuration(longestDownMs)} at most, ${humanDuration(downMs)} together${gaveUp > 0 ? "," : ";"}\n` +
    `           ${leftOut}the others are taken for well\n`
  );
}
