import { askedIn } from "./asked.ts";
import { ByHolder } from "./by-holder.ts";
import type { Case } from "./case.ts";
import type { Evidence } from "./evidence.ts";
import { OUT_OF_MEMORY } from "./labels.ts";
import { indexFrom } from "./numbers.ts";
import { isIntruder, siblingsOf } from "./siblings.ts";
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
  /** Of its renewals only some are known: those that a version of the state happened to keep, or of very many the ends of each stretch. */
  readonly isSampled: boolean;
  readonly released: Evidence | null;
  /** The last sign that its process lived: a session that closed, an exit that was seen. */
  readonly end: Evidence | null;
  readonly exit: Evidence | null;
  /** The request to end after which its log says that it leads no more. */
  readonly asked: Evidence | null;
  /** The first poll that called it expired. */
  readonly stale: Evidence | null;
  readonly nextAcquiredAt: number;
}

/** How far from the beat a write may be and still be a renewal. */
const BEAT_TOLERANCE_MS = 1_500;

const SAME_BEGIN_MS = 5_000;

/** Logs of two writers may be this far apart: what a holder did before the next one began may be told so much later. */
export const SKEW_MS = 2_000;

const RENEWALS = ["renewed", "touched", "state"] as const;

export function termsIn(own: Case, timing: ObservedTiming): ObservedTerm[] {
  const begins = beginsIn(own);
  const known: Known = {
    own,
    timing,
    isSampled: areSamples(own),
    isThinned: RENEWALS.some((kind) => own.thinned.has(kind) || own.overflowed.has(kind)),
    states: new ByHolder(own.of("state"), { timeOf: ({ at, facts }) => facts.renewTime ?? at }),
    firstExpired: expiredIn(own),
    pids: new Set(own.of("spawned").map(({ facts }) => facts.pid)),
  };
  return begins.map((begin, index) => termOf(known, begin, begins[index + 1] ?? null));
}

/** Acquisitions, and where no line tells of one, the first version of the state that shows the holder. */
function beginsIn(own: Case): Evidence[] {
  const acquired = own.of("acquired");
  const known = new Set(acquired.map(keyOf));
  const first: Evidence[] = [];
  for (const state of own.of("state")) {
    if (known.has(keyOf(state))) continue;
    known.add(keyOf(state));
    first.push({ ...state, at: Math.min(state.at, state.facts.renewTime ?? state.at) });
  }
  const begins = joined(acquired, first);
  if (begins.length === 0) for (const change of changesIn(own.of("renewed"))) begins.push(change);
  const dated = begins.filter(({ facts, at }) => facts.holder !== undefined && Number.isFinite(at));
  const numbered = new ByHolder(dated.filter(({ facts }) => facts.epoch !== undefined));
  return dated.filter((begin) => !isRepeated(begin, numbered)).toSorted((a, b) => a.at - b.at);
}

/** A log may tell of an acquisition without the epoch that the state tells of it: it is one, begun where the line says. */
function joined(acquired: readonly Evidence[], states: readonly Evidence[]): Evidence[] {
  const begins = [...acquired];
  const alone = states
    .toSorted((a, b) => a.at - b.at)
    .filter((state) => {
      const index = lineOfState(begins, state);
      const line = begins[index];
      if (line === undefined) return true;
      const { epoch } = state.facts;
      begins[index] = { ...line, facts: { ...line.facts, ...(epoch !== undefined && { epoch }) } };
      return false;
    });
  return [...begins, ...alone];
}

/** The index of the last line that tells of its acquisition, before anybody else's; -1 for none. */
function lineOfState(acquired: readonly Evidence[], { at, facts }: Evidence): number {
  if (facts.epoch === undefined) return -1;
  for (let index = indexFrom(acquired, at + SAME_BEGIN_MS, (each) => each.at) - 1; index >= 0; index--) {
    const line = acquired[index];
    if (line?.facts.holder === facts.holder) return line?.facts.epoch === undefined ? index : -1;
    if (line === undefined || line.at <= at) return -1;
  }
  return -1;
}

/** Where only renewals are logged: whenever another one renews. Holders that take turns hold different leases, or say nothing of them. */
function changesIn(renewals: readonly Evidence[]): Evidence[] {
  const changes = renewals.filter(({ facts }, index) => facts.holder !== renewals[index - 1]?.facts.holder);
  const holders = new Set(changes.map(({ facts }) => facts.holder));
  return changes.length > 2 * holders.size ? [] : changes;
}

/** One acquisition may be told twice, with its epoch and without. */
function isRepeated({ facts, at }: Evidence, numbered: ByHolder): boolean {
  if (facts.epoch !== undefined) return false;
  return numbered.has(facts.holder ?? "", at - SAME_BEGIN_MS, at + SAME_BEGIN_MS + 1);
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
  /** There were more renewals than are kept. */
  readonly isThinned: boolean;
  /** By the renewal that they show. */
  readonly states: ByHolder;
  readonly firstExpired: FirstExpired;
  /** Of processes that were started. */
  readonly pids: ReadonlySet<number | undefined>;
}

/** One term, between whose beginning and the next one things are looked for. */
interface Office {
  readonly begin: Evidence;
  readonly holder: string;
  readonly until: number;
  /** What its own holder did may be told until then. */
  readonly toldUntil: number;
  readonly mine: (evidence: Evidence) => boolean;
}

function termOf(known: Known, begin: Evidence, next: Evidence | null): ObservedTerm {
  const { own, timing, isSampled } = known;
  const [holder, epoch] = [begin.facts.holder ?? "", begin.facts.epoch ?? null];
  const mine = ({ facts }: Evidence): boolean =>
    facts.holder === holder && (epoch === null || facts.epoch === undefined || facts.epoch === epoch);
  const until = next?.at ?? Number.POSITIVE_INFINITY;
  const toldUntil = next?.facts.holder === holder ? until : until + SKEW_MS;
  const office: Office = { begin, holder, until, toldUntil, mine };
  const seenAt = renewalsOf(known, office);
  const exit = exitOf(known, office, seenAt.at(-1) ?? begin.at);
  const stale = known.firstExpired(holder, epoch, begin.at);
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
    isSampled: isSampled || known.isThinned,
    released: own.between("released", begin.at, toldUntil).find(mine) ?? null,
    end: endOf(own, office) ?? exit,
    exit,
    asked: askedIn(own, begin.file, begin.at, toldUntil),
    stale,
    nextAcquiredAt: until,
  };
}

/** The first poll from a time on that called this holder's lease expired, in this epoch or in none that it names. */
type FirstExpired = (holder: string, epoch: number | null, from: number) => Evidence | null;

/** One holder may lead thousands of times. */
function expiredIn(own: Case): FirstExpired {
  const all = own.of("expired-seen").filter(({ facts }) => facts.holder !== undefined);
  const [byHolder, byEpoch] = [new ByHolder(all), new ByHolder(all, { keyOf })];
  return (holder, epoch, from) => {
    if (epoch === null) return byHolder.first(holder, from);
    const [named, unnamed] = [epoch, ""].map((each) => byEpoch.first(`${holder} ${each}`, from));
    return (named?.at ?? Number.POSITIVE_INFINITY) <= (unnamed?.at ?? Number.POSITIVE_INFINITY)
      ? (named ?? null)
      : (unnamed ?? null);
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
  { own, timing: { renewIntervalMs }, states }: Known,
  { begin, holder, until, mine }: Office,
): number[] {
  const told = own
    .between("renewed", begin.at, until)
    .filter(mine)
    .map(({ at }) => at);
  const stood = states.times(holder, begin.at, until, mine);
  const onBeat = own
    .between("touched", begin.at, until)
    .filter((each) => mine(each) && renewIntervalMs !== null && isOnBeat(each.at - begin.at, renewIntervalMs))
    .map(({ at }) => at);
  const times = [...told, ...stood, ...onBeat].filter((at) => at - begin.at > BEAT_TOLERANCE_MS);
  // One renewal leaves several traces, within moments of each other.
  return times.toSorted((a, b) => a - b).filter((at, index, all) => at - (all[index - 1] ?? 0) > BEAT_TOLERANCE_MS);
}

function isOnBeat(sinceMs: number, intervalMs: number): boolean {
  const off = Math.abs(sinceMs - Math.round(sinceMs / intervalMs) * intervalMs);
  return sinceMs > intervalMs / 2 && off <= Math.min(BEAT_TOLERANCE_MS, intervalMs / 8);
}

function exitOf({ own, pids }: Known, { begin, until, toldUntil }: Office, lastRenewAt: number): Evidence | null {
  const spawned = own.lastUntil("spawned", begin.at);
  if (isIntruder(own, begin, spawned?.at ?? begin.at)) return null;
  const pid = spawned?.facts.pid;
  const exits = own.between("exited", begin.at, toldUntil).filter((exit) => {
    const isOwn = exit.facts.pid !== undefined && exit.facts.pid === pid;
    // By then the next one is in office, whose end it may be.
    if (exit.at >= until) return isOwn;
    // Who renews on after it is not what ended, where nothing ties a unit to the holder.
    if (strangeUnitOf(exit, own) !== null && lastRenewAt > exit.at) return false;
    // The kernel names every process that it ends; where it is known which one the holder is, the others are not it.
    return exit.facts.label !== OUT_OF_MEMORY || spawned === undefined || isOwn;
  });
  const named = exits.find(({ facts }) => facts.pid === undefined || facts.pid === pid);
  if (named !== undefined || spawned === undefined) return named ?? exits[0] ?? null;
  // Of a process that was started while this one led it is known that it is another.
  return exits.find(({ facts }) => !pids.has(facts.pid)) ?? null;
}

/** The first identity of the same process that signed off: it registered after the process was started, or shares its number. */
function endOf(own: Case, { begin, holder, toldUntil }: Office): Evidence | null {
  const ends = own.between("unregistered", begin.at, toldUntil);
  if (ends.length === 0) return null;
  const siblings = siblingsOf(own, begin, holder);
  return ends.find(({ facts }) => siblings.has(facts.holder ?? "")) ?? null;
}
