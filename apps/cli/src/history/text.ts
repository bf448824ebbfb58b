import type { Term } from "@tenure/history";
import { escapeForDisplay } from "@tenure/schema/light";
import { clockTime } from "../output/clock-time.ts";
import type { Palette } from "../output/colour.ts";
import { humanDuration } from "../output/duration.ts";
import { table, withNotes, type Cell, type Column } from "../output/table.ts";

export interface HistoryTextOptions {
  readonly columns?: number;
  readonly palette: Palette;
  readonly nowMs: number;
  readonly evidence: boolean;
  /** So many terms of each lease are shown. */
  readonly last: number;
}

const head: readonly Column[] = [
  { title: "EPOCH", align: "right" },
  { title: "ACQUIRED" },
  { title: "HELD FOR", align: "right" },
  { title: "ENDED BY" },
  { title: "GAP", align: "right" },
  { title: "HOLDER" },
];

/** A table a lease, of all of whose terms some are shown; what a journal did not say is marked, not guessed. */
export function historyInWords(leases: readonly (readonly Term[])[], options: HistoryTextOptions): string {
  const led = leases.flatMap((terms) => (terms[0] === undefined ? [] : [{ name: terms[0].name, terms }]));
  if (led.length === 0) return "no term yet\n";
  return led
    .map(({ name, terms }) => `${led.length > 1 ? `${options.palette.strong(name)}\n` : ""}${tableOf(terms, options)}`)
    .join("\n");
}

export function latest<Of>(ordered: readonly Of[], last: number): readonly Of[] {
  return ordered.slice(Math.max(0, ordered.length - last));
}

function tableOf(terms: readonly Term[], { columns, palette, nowMs, evidence, last }: HistoryTextOptions): string {
  const rows = terms.map((term, at) => rowOf(term, terms[at - 1], palette, nowMs));
  const room = columns === undefined ? {} : { columns };
  const text = table(head, latest(rows, last), { ...room, styleHead: palette.quiet });
  const notes = latest(terms, last).flatMap((term) => [...(evidence ? evidenceOf(term) : []), ...missingOf(term)]);
  return withNotes(text, notes, room);
}

function rowOf(term: Term, before: Term | undefined, palette: Palette, nowMs: number): Cell[] {
  const { epoch, acquireTime, endTime, holderIdentity } = term;
  const heldMs = (endTime === null ? nowMs : Date.parse(endTime)) - Date.parse(acquireTime);
  const ended = endInWords(term);
  return [
    { text: String(epoch), style: palette.strong },
    { text: clockTime(acquireTime, nowMs) },
    { text: `${isBoundOnly(term) ? ">= " : ""}${span(heldMs)}` },
    { text: ended, style: palette[moods[term.endReason]] },
    { text: gapInWords(term, before) },
    { text: escapeForDisplay(holderIdentity) },
  ];
}

function endInWords({ endReason, releaseReason, lossReason, revoked }: Term): string {
  const reasons = [endReason === "released" ? releaseReason : undefined, lossReason].filter(
    (reason) => reason !== undefined,
  );
  const why = reasons.length > 0 ? ` (${reasons.join(": ")})` : "";
  return `${endReason}${why}${revoked === null ? "" : ", revoked"}`;
}

/** The last sign of life stands in for an end that nobody saw, so the term may have been longer and the gap shorter. */
function isBoundOnly(term: Term | undefined): boolean {
  return term?.endTimeFrom === "last-sign";
}

function gapInWords({ gapBeforeMs }: Term, before: Term | undefined): string {
  if (gapBeforeMs === null) return "-";
  return `${isBoundOnly(before) ? "<= " : ""}${span(gapBeforeMs)}`;
}

/** Wall clocks of several writers may disagree. */
function span(ms: number): string {
  return ms < 0 ? `-${humanDuration(-ms)}` : humanDuration(ms);
}

const moods: Readonly<Record<Term["endReason"], keyof Palette>> = {
  open: "good",
  vacant: "quiet",
  released: "quiet",
  transferred: "quiet",
  "holder-dead": "warning",
  expired: "warning",
  "record-lost": "bad",
};

function evidenceOf({ epoch, evidence, revoked, remarks = [] }: Term): string[] {
  return [
    ...remarks.map((remark) => `epoch ${epoch}: ${remark}`),
    ...(revoked === null ? [] : [`epoch ${epoch} was revoked by ${revoked.by}: ${revoked.reason}`]),
    ...(evidence === null ? [] : [`epoch ${epoch} ended: ${evidence}`]),
  ];
}

function missingOf({ epoch, missing }: Term): string[] {
  return missing.map((what) => `epoch ${epoch}: the journal lacks its ${what}; its neighbours told the rest`);
}
