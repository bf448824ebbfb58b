import type { DiagnosedTerm } from "@tenure/schema";
import { counted, span } from "../numbers.ts";
import { axisOf, type Axis } from "./axis.ts";
import { moment, round, safe } from "./escape.ts";

/** Older terms are in no drawing: lanes would be too thin to read. They stay in the table. */
const TERMS_MOST = 40;
const [WIDTH, LABEL, LANE, TOP, SAW] = [960, 204, 20, 26, 90];

interface Drawn {
  readonly term: DiagnosedTerm;
  readonly from: number;
  /** Its holder led at least until then. */
  readonly lived: number;
  /** The next leader; `null` where none followed. */
  readonly next: number | null;
}

/** A lane for each holder: when it led, when its lease stood without it, and how much of the lease was left. */
export function timelineOf(terms: readonly DiagnosedTerm[], leaseDurationMs: number | null): string {
  const drawn = drawnOf(terms).slice(-TERMS_MOST);
  if (drawn.length === 0) return "";
  const expiries =
    leaseDurationMs === null ? [] : drawn.flatMap((each) => beatsOf(each).map((at) => at + leaseDurationMs));
  const ends = drawn.flatMap(({ from, lived, next }) => [from, lived, ...(next === null ? [] : [next])]);
  const last = Math.max(...ends);
  const beats = drawn.flatMap(beatsOf);
  const axis = axisOf([...ends, ...beats, ...expiries.filter((at) => at < last)], WIDTH - LABEL - 10);
  const holders = [...new Set(drawn.map(({ term }) => term.holderIdentity))];
  const lanes = TOP + holders.length * LANE;
  const height = lanes + (leaseDurationMs === null ? 10 : SAW + 34);
  const skipped = terms.length - drawn.length;
  const parts = [
    `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="When each of ${counted(drawn.length, "leader")} led; the table below has the same times">`,
    '<defs><pattern id="dead" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="stripe" x1="0" y1="0" x2="0" y2="6"/></pattern></defs>',
    ...axisLines(axis, height),
    ...holders.map((holder, index) => labelOf(holder, index)),
    ...drawn.map((each) => barsOf(each, axis, holders.indexOf(each.term.holderIdentity))),
    ...(leaseDurationMs === null ? [] : [sawtooth(drawn, axis, leaseDurationMs, lanes + 22)]),
    "</svg>",
  ];
  const more = skipped === 0 ? "" : ` The ${counted(skipped, "term before is", "terms before are")} only in the table.`;
  return (
    `<figure><div class="scroll" role="region" aria-label="Timeline of terms" tabindex="0">${parts.join("\n")}</div>` +
    `<figcaption>Filled: the holder led. Striped: it had ended, or was not heard of again, and nobody else led. Light strokes: renewals. Dashed: a quiet stretch, cut short. Times are UTC.${more}</figcaption></figure>`
  );
}

function drawnOf(terms: readonly DiagnosedTerm[]): Drawn[] {
  const ordered = terms
    .map((term) => ({ term, from: Date.parse(term.acquireTime) }))
    .filter(({ from }) => !Number.isNaN(from))
    .toSorted((a, b) => a.from - b.from);
  return ordered.map(({ term, from }, index) => {
    const next = ordered[index + 1]?.from ?? null;
    const told = Date.parse(term.endTime ?? term.lastRenewTime);
    const lived = Math.max(from, Number.isNaN(told) ? from : told);
    return { term, from, lived: next === null ? lived : Math.min(lived, next), next };
  });
}

function beatsOf({ term, from, next }: Drawn): number[] {
  const renewals = term.renewTimes.map((time) => Date.parse(time));
  return [from, ...renewals.filter((at) => at > from && at < (next ?? Number.POSITIVE_INFINITY))];
}

function axisLines({ x, breaks, from, to }: Axis, height: number): string[] {
  const at = (ms: number): string => moment(new Date(ms).toISOString());
  return [
    `<text class="quiet" x="${LABEL}" y="14">${safe(at(from))}</text>`,
    `<text class="quiet" x="${WIDTH - 10}" y="14" text-anchor="end">${safe(at(to))}</text>`,
    ...[from, to].map((ms) => line("grid", LABEL + x(ms), TOP - 6, LABEL + x(ms), height)),
    ...breaks.map(
      ({ x: place, skippedMs }) =>
        `<g><title>${span(skippedMs)} in which nothing begins or ends</title>${line("break", LABEL + place, TOP - 6, LABEL + place, height)}</g>`,
    ),
  ];
}

const LABEL_LENGTH = 25;

function labelOf(holder: string, index: number): string {
  // Identities often differ only at their end.
  const head = Math.ceil(LABEL_LENGTH / 2);
  const isLong = holder.length > LABEL_LENGTH;
  const shown = safe(isLong ? `${holder.slice(0, head)}…${holder.slice(1 + head - LABEL_LENGTH)}` : holder);
  return `<text x="4" y="${TOP + index * LANE + 13}"><title>${safe(holder)}</title>${shown}</text>`;
}

function barsOf(each: Drawn, { x }: Axis, lane: number): string {
  const { term, from, lived, next } = each;
  const y = TOP + lane * LANE + 3;
  const [left, middle, right] = [x(from), x(lived), next === null ? x(lived) : x(next)].map(
    (place) => LABEL + place,
  ) as [number, number, number];
  const title = `epoch ${term.epoch ?? "?"}, ${term.holderIdentity}: from ${moment(term.acquireTime)}, ${counted(term.renewals, "renewal")}; ${term.explanation}`;
  return [
    `<g><title>${safe(title)}</title>`,
    `<rect class="lead" x="${round(left)}" y="${y}" width="${round(Math.max(2, middle - left))}" height="${LANE - 6}"/>`,
    right - middle > 1
      ? `<rect class="gap" x="${round(middle)}" y="${y + 3}" width="${round(right - middle)}" height="${LANE - 12}"/>`
      : "",
    ...beatsOf(each)
      .slice(1)
      .map((at) => line("beat", LABEL + x(at), y, LABEL + x(at), y + LANE - 6)),
    "</g>",
  ].join("");
}

/** What was left of the lease: it falls from each renewal on, to nothing where the next one does not come. */
function sawtooth(drawn: readonly Drawn[], { x }: Axis, leaseDurationMs: number, top: number): string {
  const bottom = top + SAW;
  const points = drawn.flatMap((each) => {
    const beats = beatsOf(each);
    return beats.flatMap((at, index) => {
      const until = beats[index + 1] ?? each.next ?? at + leaseDurationMs;
      const left = Math.max(0, at + leaseDurationMs - until);
      const run = [`${round(LABEL + x(at))},${round(top)}`];
      if (left === 0) run.push(`${round(LABEL + x(at + leaseDurationMs))},${round(bottom)}`);
      return [...run, `${round(LABEL + x(until))},${round(bottom - (left / leaseDurationMs) * SAW)}`];
    });
  });
  return [
    `<text x="4" y="${top + 10}">left of the lease</text><text class="quiet" x="${LABEL - 6}" y="${top + 10}" text-anchor="end">${span(leaseDurationMs)}</text>`,
    `<text class="quiet" x="${LABEL - 6}" y="${bottom}" text-anchor="end">0</text>`,
    line("grid", LABEL, bottom, WIDTH - 10, bottom),
    `<polyline class="saw" points="${points.join(" ")}"/>`,
  ].join("");
}

function line(kind: string, x1: number, y1: number, x2: number, y2: number): string {
  return `<line class="${kind}" x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}"/>`;
}
