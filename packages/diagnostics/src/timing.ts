import type { Case } from "./case.ts";
import type { Evidence } from "./evidence.ts";
import { beatOf, differences, indexFrom, median } from "./numbers.ts";
import { settingIn } from "./settings.ts";

/** What the logs show of a system's settings; `null` where they show nothing. */
export interface ObservedTiming {
  readonly leaseDurationMs: number | null;
  readonly renewIntervalMs: number | null;
  readonly pollMs: number | null;
}

export function timingIn(own: Case): ObservedTiming {
  const setting = (label: string): number | null => settingIn(own, label)?.value ?? null;
  const durations = own.of("state").flatMap(({ facts }) => facts.leaseDurationMs ?? []);
  return {
    leaseDurationMs: median(durations) ?? setting("leaseDuration"),
    renewIntervalMs: renewGapsIn(own) ?? setting("renewInterval") ?? cycleIn(own),
    pollMs: setting("poll") ?? pollIn(own),
  };
}

function renewGapsIn(own: Case): number | null {
  const byTerm = new Map<string, number[]>();
  for (const { facts, at } of [...own.of("state"), ...own.of("renewed")]) {
    const key = `${facts.holder} ${facts.epoch ?? ""}`;
    const of = byTerm.get(key) ?? [];
    byTerm.set(key, of);
    of.push(facts.renewTime ?? at);
  }
  const times = [...byTerm.values()].map((each) => each.toSorted((a, b) => a - b));
  const beat = beatOf(times.flatMap(differences));
  return beat === null ? null : finestIn(own, times, beat);
}

const PARTS_MOST = 6;
const BEATS_LEAST = 5;
/** More of them show nothing that these do not. */
const PAIRS_MOST = 100;
const SHARE_LEAST = 0.8;

/** Where only some versions were kept their beat is a multiple of the holder's, whose writes show the others. */
function finestIn(own: Case, kept: readonly (readonly number[])[], beat: number): number {
  const writes = own.of("touched").map(({ at }) => at);
  const pairs = kept.flatMap((times) => times.slice(1).map((to, index) => [times[index] ?? to, to] as const));
  for (let parts = writes.length === 0 ? 1 : PARTS_MOST; parts > 1; parts--) {
    const part = beat / parts;
    const due = pairs
      .slice(0, PAIRS_MOST)
      .flatMap(([from, to]) =>
        Array.from(
          { length: Math.max(0, Math.round((to - from) / part) - 1) },
          (_, index) => from + (index + 1) * part,
        ),
      );
    const made = due.filter((at) => isNear(writes, at, part / 8)).length;
    if (due.length >= BEATS_LEAST && made >= due.length * SHARE_LEAST) return part;
  }
  return beat;
}

/** @param times in order */
function isNear(times: readonly number[], at: number, within: number): boolean {
  const next = times[indexFrom(times, at - within, (time) => time)];
  return next !== undefined && next <= at + within;
}

function cycleIn(own: Case): number | null {
  return median(differences(own.of("renewer-cycle").map(({ at }) => at)).filter((gap) => gap > 1_000));
}

/** What whoever polls found held; who only tried to acquire is no poller. */
export function heldPolls(own: Case): readonly Evidence[] {
  return own.of("held-seen").filter(isPoll);
}

export function isPoll({ kind, facts }: Evidence): boolean {
  return kind !== "held-seen" || facts.label !== "try";
}

function pollIn(own: Case): number | null {
  return median(differences(heldPolls(own).map(({ at }) => at)).filter((gap) => gap > 1_000));
}
