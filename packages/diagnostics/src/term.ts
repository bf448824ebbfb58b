import type { Case } from "./case.ts";
import type { Evidence } from "./evidence.ts";
import { OUT_OF_MEMORY } from "./labels.ts";
import type { ObservedTiming } from "./timing.ts";
import { strangeUnitOf } from "./unit.ts";

/** One holder's time in office, put together from whatever mentions it. Times in milliseconds since 1970. */
export interface ObservedTerm {
  readonly holder: string;
  readonly epoch: number | null;
  readonly acquiredAt: number;
  /** The line or the version of the state that shows its beginning. */
  readonly begin: Evidence;
  readonly renewedAt: readonly number[];
  readonly lastRenewAt: number;
  /** Of its renewals only some are known: those that a version of the state happened to keep. */
  readonly isSampled: boolean;
  readonly released: Evidence | null;
  /** The last sign that its process lived: a session that closed, an exit that was seen. */
  readonly end: Evidence | null;
  readonly exit: Evidence | null;
  /** The first poll that called it expired. */
  readonly stale: Evidence | null;
  readonly nextAcquiredAt: number;
}

/** How far from the beat a write may be and still be a renewal. */
const BEAT_TOLERANCE_MS = 1_500;

const SAME_BEGIN_MS = 5_000;

export function termsIn(own: Case, timing: ObservedTiming): ObservedTerm[] {
  const begins = beginsIn(own);
  const isSampled = areSamples(own);
  return begins.map((begin, index) => {
    const nextAcquiredAt = begins[index + 1]?.at ?? Number.POSITIVE_INFINITY;
    return termOf({ own, timing, isSampled }, begin, nextAcquiredAt);
  });
}

/** Acquisitions, and where no line tells of one, the first version of the state that shows the holder. */
function beginsIn(own: Case): Evidence[] {
  const known = new Set(own.of("acquired").map(keyOf));
  const begins = [...own.of("acquired")];
  for (const state of own.of("state")) {
    if (known.has(keyOf(state))) continue;
    known.add(keyOf(state));
    begins.push({ ...state, at: Math.min(state.at, state.facts.renewTime ?? state.at) });
  }
  if (begins.length === 0) begins.push(...changesIn(own.of("renewed")));
  const dated = begins.filter(({ facts, at }) => facts.holder !== undefined && Number.isFinite(at));
  return dated.filter((begin) => !isRepeated(begin, dated)).toSorted((a, b) => a.at - b.at);
}

/** Where only renewals are logged: whenever another one renews. Holders that take turns hold different leases, or say nothing of them. */
function changesIn(renewals: readonly Evidence[]): Evidence[] {
  const changes = renewals.filter(({ facts }, index) => facts.holder !== renewals[index - 1]?.facts.holder);
  const holders = new Set(changes.map(({ facts }) => facts.holder));
  return changes.length > 2 * holders.size ? [] : changes;
}

/** A log may tell of an acquisition without the epoch that the state tells of it. */
function isRepeated({ facts, at }: Evidence, begins: readonly Evidence[]): boolean {
  if (facts.epoch !== undefined) return false;
  return begins.some(
    (other) =>
      other.facts.epoch !== undefined &&
      other.facts.holder === facts.holder &&
      Math.abs(other.at - at) <= SAME_BEGIN_MS,
  );
}

function keyOf({ facts }: Evidence): string {
  return `${facts.holder} ${facts.epoch ?? ""}`;
}

/** What is kept so long after it was written was kept by somebody else, who may have missed others. */
const KEPT_LATE_MS = 5_000;

/** Whether renewals are known from kept versions of the state alone. */
function areSamples(own: Case): boolean {
  if (own.of("renewed").length + own.of("touched").length > 0) return false;
  const kept = own.of("state").filter(({ dated }) => dated);
  const histories = new Set(kept.filter(({ line }) => line > 1).map(({ file }) => file));
  const late = kept.filter(
    ({ at, facts, file }) => at - (facts.renewTime ?? at) > KEPT_LATE_MS || !histories.has(file),
  );
  return late.length > kept.length / 2;
}

interface Known {
  readonly own: Case;
  readonly timing: ObservedTiming;
  readonly isSampled: boolean;
}

function termOf({ own, timing, isSampled }: Known, begin: Evidence, until: number): ObservedTerm {
  const holder = begin.facts.holder ?? "";
  const epoch = begin.facts.epoch ?? null;
  const mine = ({ facts }: Evidence): boolean =>
    facts.holder === holder && (epoch === null || facts.epoch === undefined || facts.epoch === epoch);
  const within = (kind: Evidence["kind"]): Evidence[] => own.between(kind, begin.at, until).filter(mine);
  const seenAt = renewalsOf(own, begin, until, timing, mine);
  const told = exitOf(own, begin, until);
  // Who renews on after it is not what ended, where nothing ties a unit to the holder.
  const isStrange = told !== null && strangeUnitOf(told, own) !== null && (seenAt.at(-1) ?? begin.at) > told.at;
  const exit = isStrange ? null : told;
  const stale = own.of("expired-seen").find((each) => each.at >= begin.at && mine(each)) ?? null;
  const impliedAt = isSampled ? impliedIn(stale, timing) : null;
  const isLater = impliedAt !== null && impliedAt - (seenAt.at(-1) ?? begin.at) > BEAT_TOLERANCE_MS;
  const renewedAt = isLater && impliedAt < until ? [...seenAt, impliedAt] : seenAt;
  return {
    holder,
    epoch,
    acquiredAt: begin.at,
    begin,
    renewedAt,
    lastRenewAt: renewedAt.at(-1) ?? begin.at,
    isSampled,
    released: within("released")[0] ?? null,
    end: endOf(own, begin, until, holder) ?? exit,
    exit,
    stale,
    nextAcquiredAt: until,
  };
}

/** When the last renewal was, by whoever found the lease expired. */
function impliedIn(stale: Evidence | null, { leaseDurationMs }: ObservedTiming): number | null {
  if (stale === null) return null;
  const { ageMs, agoMs } = stale.facts;
  if (ageMs !== undefined) return stale.at - ageMs;
  return agoMs === undefined || leaseDurationMs === null ? null : stale.at - agoMs - leaseDurationMs;
}

function renewalsOf(
  own: Case,
  begin: Evidence,
  until: number,
  { renewIntervalMs }: ObservedTiming,
  mine: (evidence: Evidence) => boolean,
): number[] {
  const told = own
    .between("renewed", begin.at, until)
    .filter(mine)
    .map(({ at }) => at);
  const stood = own
    .of("state")
    .filter((each) => mine(each))
    .map(({ at, facts }) => facts.renewTime ?? at);
  const onBeat = own
    .between("touched", begin.at, until)
    .filter((each) => mine(each) && renewIntervalMs !== null && isOnBeat(each.at - begin.at, renewIntervalMs))
    .map(({ at }) => at);
  const times = [...told, ...stood, ...onBeat].filter((at) => at - begin.at > BEAT_TOLERANCE_MS && at < until);
  // One renewal leaves several traces, within moments of each other.
  return times.toSorted((a, b) => a - b).filter((at, index, all) => at - (all[index - 1] ?? 0) > BEAT_TOLERANCE_MS);
}

function isOnBeat(sinceMs: number, intervalMs: number): boolean {
  const off = Math.abs(sinceMs - Math.round(sinceMs / intervalMs) * intervalMs);
  return sinceMs > intervalMs / 2 && off <= Math.min(BEAT_TOLERANCE_MS, intervalMs / 8);
}

function exitOf(own: Case, begin: Evidence, until: number): Evidence | null {
  const spawned = own.of("spawned").findLast(({ at }) => at <= begin.at);
  if (isIntruder(own, begin, spawned?.at ?? begin.at)) return null;
  // The kernel names every process that it ends; where it is known which one the holder is, the others are not it.
  const exits = own
    .between("exited", begin.at, until)
    .filter(({ facts }) => facts.label !== OUT_OF_MEMORY || spawned === undefined || facts.pid === spawned.facts.pid);
  const named = exits.find(({ facts }) => facts.pid === undefined || facts.pid === spawned?.facts.pid);
  if (named !== undefined || spawned === undefined) return named ?? exits[0] ?? null;
  // Of a process that was started while this one led it is known that it is another.
  const others = new Set(own.of("spawned").map(({ facts }) => facts.pid));
  return exits.find(({ facts }) => !others.has(facts.pid)) ?? null;
}

/** A holder that only the state names took the place of the one whose process was started: that process is not its own. */
function isIntruder(own: Case, begin: Evidence, spawnedAt: number): boolean {
  return begin.kind === "state" && own.between("acquired", spawnedAt, begin.at).length > 0;
}

/** The first identity of the same process that signed off: it registered after the process was started, or shares its number. */
function endOf(own: Case, begin: Evidence, until: number, holder: string): Evidence | null {
  const siblings = siblingsOf(own, begin, holder);
  return own.between("unregistered", begin.at, until).find(({ facts }) => siblings.has(facts.holder ?? "")) ?? null;
}

export function siblingsOf(own: Case, begin: Evidence, holder: string): ReadonlySet<string> {
  const rows = own.of("registry-row");
  const pids = new Set(rows.filter(({ facts }) => facts.holder === holder).map(({ facts }) => facts.pid));
  const spawnedAt = own.of("spawned").findLast(({ at }) => at <= begin.at)?.at ?? begin.at;
  const isAlone = isIntruder(own, begin, spawnedAt);
  const together = isAlone ? [] : own.between("registered", spawnedAt, begin.at + BEAT_TOLERANCE_MS);
  const sharing = rows.filter(({ facts }) => facts.pid !== undefined && pids.has(facts.pid));
  return new Set([holder, ...[...together, ...sharing].flatMap(({ facts }) => facts.holder ?? [])]);
}
