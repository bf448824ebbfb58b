import type { LeaseStatus } from "@tenure/schema";

/** What was seen of a lease, and when by a clock that does not go back. */
export interface Look {
  readonly atMs: number;
  readonly status: LeaseStatus;
}

/** What remained at a moment, from the last look before it; `null` where nobody led or nothing was seen yet. */
export function remainingAt(looks: readonly Look[], atMs: number): number | null {
  const look = looks.findLast((each) => each.atMs <= atMs);
  if (look === undefined || look.status.holderIdentity === null || look.status.remainingMs === null) return null;
  return Math.max(0, look.status.remainingMs - (atMs - look.atMs));
}

/** Two by four dots a character. Braille is one column wide in every terminal, which blocks and lines are not. */
const DOTS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;

export interface ChartSize {
  readonly columns: number;
  readonly rows: number;
  /** How much time the whole width is. */
  readonly windowMs: number;
  /** What the full height stands for. */
  readonly topMs: number;
}

/** Draws what remained, up to now at the right: a tooth a renewal, empty where nobody led. */
export function sawtooth(
  looks: readonly Look[],
  nowMs: number,
  { columns, rows, windowMs, topMs }: ChartSize,
): string[] {
  const wide = columns * 2;
  const high = rows * 4;
  const cells = Array.from({ length: rows }, () => Array.from({ length: columns }, () => 0));
  const plot = (x: number, y: number): void => {
    const row = cells[rows - 1 - Math.floor(y / 4)];
    const dots = DOTS[(x % 2) as 0 | 1];
    const at = Math.floor(x / 2);
    if (row !== undefined) row[at] = (row[at] ?? 0) | (dots[3 - (y % 4)] ?? 0);
  };
  let before: number | null = null;
  for (let x = 0; x < wide; x++) {
    const remainingMs = remainingAt(looks, nowMs - windowMs * (1 - (x + 1) / wide));
    const y = remainingMs === null ? null : Math.min(high - 1, Math.round((remainingMs / topMs) * (high - 1)));
    // Upright where it jumps, so that the line does not break at a renewal.
    if (y !== null) for (let fill = Math.min(y, before ?? y); fill <= Math.max(y, before ?? y); fill++) plot(x, fill);
    before = y;
  }
  return cells.map((row) => row.map((dots) => String.fromCodePoint(0x2800 + dots)).join(""));
}
