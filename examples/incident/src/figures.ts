import type { Lived } from "./systems.ts";

export interface Figures {
  readonly sessions: number;
  /** Of the time from the first session on. */
  readonly leaderlessShare: number;
  readonly medianGapMs: number;
  readonly worstGapMs: number;
}

/** How long nobody was at work, as the sessions themselves signed. */
export function figuresOf({ signatures, endedAtMs }: Lived): Figures {
  const within = signatures.filter(({ atMs }) => atMs <= endedAtMs).toSorted((a, b) => a.atMs - b.atMs);
  const gaps: number[] = [];
  const atWork = new Set<number>();
  let freeSinceMs: number | null = null;
  for (const { what, pid, atMs } of within) {
    if (what === "begins" && freeSinceMs !== null) gaps.push(atMs - freeSinceMs);
    if (what === "begins") atWork.add(pid);
    else atWork.delete(pid);
    freeSinceMs = atWork.size === 0 ? atMs : null;
  }
  const openGapMs = freeSinceMs === null ? 0 : endedAtMs - freeSinceMs;
  const leaderlessMs = gaps.reduce((sum, gap) => sum + gap, openGapMs);
  const sorted = gaps.toSorted((a, b) => a - b);
  return {
    sessions: within.filter(({ what }) => what === "begins").length,
    leaderlessShare: leaderlessMs / (endedAtMs - (within[0]?.atMs ?? endedAtMs)),
    medianGapMs: sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN,
    worstGapMs: sorted.at(-1) ?? Number.NaN,
  };
}
