import type { LeaseStatus, StatusDocument } from "@tenure/schema";
import { escapeForDisplay } from "@tenure/schema/light";
import { clockTime } from "../output/clock-time.ts";
import type { Palette } from "../output/colour.ts";
import { humanDuration } from "../output/duration.ts";
import { table, withNotes, type Cell } from "../output/table.ts";
import { fitName } from "../output/width.ts";
import { condition, nextRenewalInMs, remarks, type Condition } from "./judgement.ts";

export interface TextOptions {
  /** Of the terminal; none when there is none. */
  readonly columns?: number;
  readonly palette: Palette;
  readonly nowMs: number;
  /** A screen on which no line runs over: rows stay rows, and what is too long for a line goes on below. */
  readonly isScreen?: boolean;
}

/** From here on there is room for the time of day. */
const WIDE = 100;

/** Who leads, since when, and how long yet; below the table what a table has no room for. */
export function statusInWords(
  document: StatusDocument,
  { columns, palette, nowMs, isScreen = false }: TextOptions,
): string {
  const { leases } = document;
  if (leases.length === 0) return nothingThere(document);
  const wide = columns === undefined || columns >= WIDE;
  const head = [
    { title: "LEASE", shortens: true },
    { title: "STATE" },
    { title: "EPOCH", align: "right" },
    { title: "REMAINS", align: "right" },
    { title: "RENEWS IN", align: "right" },
    { title: wide ? "LEADS SINCE" : "LEADS FOR" },
    { title: "HOLDER" },
  ] as const;
  const rows = leases.map((lease) => rowOf(lease, palette, nowMs, wide));
  const room = columns === undefined ? {} : { columns };
  const text = table(head, rows, { ...room, styleHead: palette.quiet, keepsRows: isScreen });
  const nameMost = columns === undefined ? Number.POSITIVE_INFINITY : Math.floor(columns / 2);
  const notes = leases.flatMap((lease) =>
    remarks(lease).map((remark) => `${fitName(lease.name, nameMost)}: ${remark}`),
  );
  return withNotes(text, notes, { ...room, breaksWords: isScreen });
}

function rowOf(lease: LeaseStatus, palette: Palette, nowMs: number, wide: boolean): Cell[] {
  const state = condition(lease);
  const { acquireTime, holderIdentity, remainingMs } = lease;
  const leads = holderIdentity !== null && acquireTime !== null;
  const ledMs = leads ? nowMs - Date.parse(acquireTime) : Number.NaN;
  const led = ledMs >= 0 ? humanDuration(ledMs) : "-";
  const nextMs = nextRenewalInMs(lease);
  return [
    { text: lease.name, style: palette.strong },
    { text: state, style: palette[moods[state]] },
    { text: String(lease.epoch) },
    { text: leads ? estimate(remainingMs) : "-" },
    nextRenewal(nextMs, palette),
    { text: leads && wide ? `${clockTime(acquireTime, nowMs)} (${led})` : led },
    { text: holderIdentity === null ? "-" : escapeForDisplay(holderIdentity) },
  ];
}

function nextRenewal(inMs: number | null, palette: Palette): Cell {
  if (inMs === null) return { text: "-" };
  return inMs < 0 ? { text: "late", style: palette.warning } : { text: `~${humanDuration(inMs)}` };
}

/** What is known only as of the last renewal, from outside: marked so. */
function estimate(ms: number | null): string {
  if (ms === null) return "?";
  return ms <= 0 ? "over" : `~${humanDuration(ms)}`;
}

const moods: Readonly<Record<Condition, keyof Palette>> = {
  held: "good",
  free: "quiet",
  dead: "bad",
  lost: "bad",
  expired: "warning",
  revoked: "warning",
  yielding: "warning",
  paused: "warning",
};

function nothingThere({ storeId, directory, store }: StatusDocument): string {
  const place = `in ${escapeForDisplay(directory ?? store ?? "this store")}`;
  if (storeId === null)
    return `no store ${place} yet: the first lease acquired makes one (--dir or TENURE_DIR name another place)\n`;
  return `no lease ${place}\n`;
}
