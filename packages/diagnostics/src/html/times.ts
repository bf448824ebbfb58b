import type { DiagnosedTerm, Signature } from "@tenure/schema";
import { seconds } from "../numbers.ts";
import { barTable } from "./bars.ts";
import { safe } from "./escape.ts";

/** What the times say of the settings, with its histograms. */
export function timesOf(signature: Signature | null): string {
  if (signature === null) return "";
  const { refusal, conclusions, beat, ages, outage } = signature;
  const tables = [
    beat === null
      ? ""
      : barTable(
          "Renewals until the end",
          ["renewals", "leases"],
          beat.histogram.map(({ from, to, terms }) => ({
            name: to - from > 1 ? `${from} to ${to - 1}` : `${from}`,
            value: terms,
            label: `${terms}`,
          })),
        ),
    ages === null || refusal !== null
      ? ""
      : barTable(
          "Age when found expired",
          ["since the last renewal", "leases"],
          ages.histogram.map(({ from, to, terms }) => ({
            name: `${seconds(from)} to ${seconds(to)}`,
            value: terms,
            label: `${terms}`,
          })),
        ),
    outage === null || outage.terms === 0
      ? ""
      : barTable(
          "Why nobody led, per leader",
          ["what", "time"],
          (
            [
              ["rest of the lease", outage.remainderMs],
              ["grace", outage.graceMs],
              ["wait for a poll", outage.pollMs],
              ["start-up", outage.startUpMs],
            ] as const
          ).map(([name, ms]) => ({ name, value: ms, label: seconds(ms / outage.terms) })),
        ),
  ];
  const said = refusal === null ? conclusions : [refusal];
  return (
    `<h2>What the times say</h2><ul>${said.map((each) => `<li>${safe(each)}</li>`).join("")}</ul>` +
    `<div class="pair">${tables.join("")}</div>`
  );
}

const HOUR_MS = 3_600_000;
/** More rows than this are days. */
const ROWS_MOST = 48;

/** How often somebody took office, by the hour, or by the day where there are many hours. Empty ones are left out. */
export function startsOf(terms: readonly DiagnosedTerm[]): string {
  const starts = terms.map(({ acquireTime }) => Date.parse(acquireTime)).filter((at) => !Number.isNaN(at));
  if (starts.length < 3) return "";
  const hours = countBy(starts, HOUR_MS);
  const isByHour = hours.size <= ROWS_MOST;
  const counts = isByHour ? hours : countBy(starts, 24 * HOUR_MS);
  const rows = [...counts]
    .toSorted(([a], [b]) => a - b)
    .slice(-ROWS_MOST)
    .map(([at, count]) => ({
      name: new Date(at)
        .toISOString()
        .slice(0, isByHour ? 16 : 10)
        .replace("T", " "),
      value: count,
      label: `${count}`,
    }));
  const unit = isByHour ? "hour" : "day";
  return `<h2>How often leaders changed</h2>${barTable(`Leaders that took office, by the ${unit} (UTC; ${unit}s without any are left out)`, [unit, "leaders"], rows)}`;
}

function countBy(times: readonly number[], widthMs: number): Map<number, number> {
  const counts = new Map<number, number>();
  for (const at of times) {
    const start = Math.floor(at / widthMs) * widthMs;
    counts.set(start, (counts.get(start) ?? 0) + 1);
  }
  return counts;
}
