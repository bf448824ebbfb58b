import { counted } from "@tenure/diagnostics";
import type { Replayed, WhatIfDocument } from "@tenure/schema";
import { escapeForDisplay, formatDuration } from "@tenure/schema/light";
import type { Palette } from "../output/colour.ts";
import { humanDuration } from "../output/duration.ts";
import { table } from "../output/table.ts";
import { withinColumns, wrap } from "../output/width.ts";

const SHOWN = 5;
const NARROW = 80;

/** As it was, beside as it would have been. */
export function whatIfInWords(document: WhatIfDocument, palette: Palette, columns: number = NARROW): string {
  const { name, terms, renewals, spanMs, recorded, whatIf, lost, undecided } = document;
  const row = (title: string, of: (replayed: Replayed) => string): { text: string }[] => [
    { text: title },
    { text: of(recorded) },
    { text: of(whatIf) },
  ];
  const rows = [
    row("lease duration", ({ timing }) => formatDuration(timing.leaseDurationMs)),
    row("renew interval", ({ timing }) => humanDuration(timing.renewIntervalMs)),
    row("leases that ran out", ({ losses }) => String(losses)),
    row("longest gap", ({ longestGapMs }) => humanDuration(longestGapMs)),
    row("gaps together", ({ gapsMs }) => humanDuration(gapsMs)),
    row("two lead at once", ({ overlapMs }) => (overlapMs === 0 ? "never" : `up to ${humanDuration(overlapMs)}`)),
    row("writes an hour", (replayed) => String(Math.round(replayed.writesPerHour))),
  ];
  const head = [
    { title: "" },
    { title: "RECORDED", align: "right" as const },
    { title: "WHAT IF", align: "right" as const },
  ];
  const shown = lost
    .slice(0, SHOWN)
    .map(({ epoch, time, lateMs }) => `  epoch ${epoch}, ${escapeForDisplay(time)}: ${humanDuration(lateMs)} late\n`);
  const more = lost.length > SHOWN ? `  and ${lost.length - SHOWN} more\n` : "";
  const notes = [
    ...(undecided > 0
      ? [
          `${counted(undecided, "term")} ran out as recorded; how long the holder stayed silent nobody wrote down, so a longer lease may have kept ${undecided === 1 ? "it" : "them"}.`,
        ]
      : []),
    "The renew interval as recorded is estimated from the middle one; times are the holders' wall clocks.",
  ];
  const text = [
    `${palette.strong(name)}: ${counted(terms, "term")}, ${counted(renewals, "renewal")} in ${humanDuration(spanMs)}\n\n`,
    table(head, rows, { columns, styleHead: palette.quiet }),
    lost.length === 0 ? "" : `\n${palette.bad("renewals that would have come too late")}\n${shown.join("")}${more}`,
    "\n",
    ...notes.flatMap((note) => wrap(note, columns, "").map((line) => `${palette.quiet(line)}\n`)),
  ];
  return withinColumns(text.join(""), columns);
}
