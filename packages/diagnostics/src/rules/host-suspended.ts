import { beforeLoss, lossesIn } from "../before-loss.ts";
import type { Case } from "../case.ts";
import { areOfOneFile, OF_SEVERAL_CLOCKS } from "../clocks.ts";
import type { Evidence } from "../evidence.ts";
import { beatIn, chanceOfLosing, type Beat } from "../lost-lines.ts";
import { indexAfter, seconds } from "../numbers.ts";
import { Reach } from "../reach.ts";
import type { Rule, Scene } from "../rule.ts";
import { commonSilences, type Span } from "../silence.ts";
import { standstillOf } from "../standstill.ts";
import type { ObservedTerm } from "../term.ts";
import { lastTermBefore } from "../terms.ts";
import { heldPolls, isPoll } from "../timing.ts";

const MOMENT_MS = 10_000;
/** Who stood still says so when it goes on. */
const SOON_MS = 300_000;
/** One log in so many may be taken for a machine that slept. */
const CHANCE_MOST = 1 / 500;

/** What comes again and again where all is well. */
const POLLS = ["held-seen", "expired-seen", "touched", "renewer-cycle", "renewed"] as const;

export const hostSuspended: Rule = {
  id: "host-suspended",
  find(scene) {
    const { own, terms, timing } = scene;
    const { pollMs } = timing;
    const told = toldBefore(scene);
    // Where one poll left no line the next one is two polls away.
    const leastMs = Math.max(2.25 * (pollMs ?? 60_000), 30_000);
    const polls = POLLS.reduce((sum, kind) => sum + own.of(kind).filter(isPoll).length, 0);
    const [polled, renewed] = [beatsIn(heldPolls(own), pollMs), beatsIn(own.of("renewed"), timing.renewIntervalMs)];
    const [led, caught] = [ledSpans(terms), caughtIn(scene)];
    const silent = commonSilences(own.silences).filter(
      ({ from, to }) =>
        to - from > leastMs &&
        ((isBusy(own, led, { from, to }) && !isChance([...polled, ...renewed], { from, to })) ||
          (isCaught(scene, caught, { from, to }) && !isChance(polled, { from, to }))) &&
        isWatched(own, from) &&
        !isRestart(own, to),
    );
    // Only where something beats all the time does silence say anything.
    if (told.length === 0 && (polls < 5 || silent.length === 0)) return null;
    const [first] = silent;
    // Each loss is told with the sleep before it: several do not come by chance, nor by a clock that is off.
    const isSure = told.length > 2 || (told.length > 0 && areOfOneFile(...told));
    const lines = silent.flatMap((span) => POLLS.flatMap((kind) => linesAround(own, kind, span)));
    return {
      part: "cause",
      confidence: isSure ? "high" : "medium",
      verdict:
        told.length > 0 || first === undefined
          ? "the machine was suspended"
          : `every log was silent for ${seconds(first.to - first.from)} and then went on: the machine slept or was paused`,
      evidence: told.length > 0 ? told : lines,
      counterEvidence: isSure
        ? []
        : told.length > 0
          ? [OF_SEVERAL_CLOCKS]
          : ["a full disk or a cut of the logs would be silent in the same way"],
      change: "after waking, let a holder check its own deadline by a clock that counts sleep, and acquire anew",
    };
  },
};

/** What says that the machine slept, and the loss after it: within a lease, or with no renewal in between, however long it slept. */
function toldBefore(scene: Scene): readonly Evidence[] {
  const told = scene.own.of("suspended");
  if (told.length === 0) return [];
  const pairs = beforeLoss(told, scene);
  const paired = new Set(pairs.map(([, loss]) => loss));
  const others = lossesIn(scene).filter((loss) => !paired.has(loss));
  const slept = others.flatMap((loss) => {
    const holder = loss.kind === "lost" || loss.kind === "expired-seen" ? loss.facts.holder : undefined;
    const term = lastTermBefore(scene.terms, holder, loss.at);
    const line = scene.own.lastUntil("suspended", loss.at);
    return line === undefined || term === undefined || line.at < term.lastRenewAt ? [] : [line, loss];
  });
  return [...pairs.flat(), ...slept];
}

/** The polls at both ends of a silence. */
function linesAround(own: Case, kind: (typeof POLLS)[number], { from, to }: Span): Evidence[] {
  return own
    .between(kind, from - MOMENT_MS, to + MOMENT_MS)
    .filter((each) => isPoll(each) && (Math.abs(each.at - to) < MOMENT_MS || Math.abs(each.at - from) < MOMENT_MS));
}

function beatsIn(lines: readonly Evidence[], everyMs: number | null): readonly Beat[] {
  const times = lines.map(({ at }) => at);
  return everyMs === null ? [] : [beatIn(times, everyMs)];
}

/** Lines that logs lose now and then explain it. */
function isChance(beats: readonly Beat[], silence: Span): boolean {
  return chanceOfLosing(beats, silence) > CHANCE_MOST;
}

/** A beat was due: somebody led through it, or whoever polls had just found the lease held and should have looked again. */
function isBusy(own: Case, led: Reach, { from, to }: Span): boolean {
  return led.of(from) >= to || own.between("held-seen", from - MOMENT_MS, from + 1).some(isPoll);
}

/** Of renewals that leave no line no log can be silent. */
function ledSpans(terms: readonly ObservedTerm[]): Reach {
  return new Reach(
    terms
      .filter(({ isSampled }) => !isSampled)
      .map(({ acquiredAt, released, end, lastRenewAt }) => ({
        from: acquiredAt,
        to: released?.at ?? end?.at ?? lastRenewAt,
      })),
  );
}

/** What tells whether somebody was caught by a silence, looked up once for all of them. */
interface Caught {
  /** Every renewal, and when its term was over. */
  readonly renewals: readonly Span[];
  /** Standstills that ended. */
  readonly stood: Reach;
}

function caughtIn(scene: Scene): Caught {
  const renewals = scene.terms.flatMap(({ renewedAt, released, end }) => {
    const to = released?.at ?? end?.at ?? Number.POSITIVE_INFINITY;
    return renewedAt.map((from) => ({ from, to }));
  });
  const stood = scene.terms.flatMap((term) => {
    const still = standstillOf(scene, term);
    return still?.goesOn === true ? [still] : [];
  });
  return { renewals: renewals.toSorted((a, b) => a.from - b.from), stood: new Reach(stood) };
}

/** A holder was on its beat when the silence began, and the first thing that whoever polls says after it is that the lease ran out. */
function isCaught({ own, timing }: Scene, { renewals, stood }: Caught, { from, to }: Span): boolean {
  const { renewIntervalMs, pollMs } = timing;
  if (renewIntervalMs === null || pollMs === null) return false;
  const onBeat = renewals
    .slice(
      indexAfter(renewals, from - 2 * renewIntervalMs, (each) => each.from),
      indexAfter(renewals, from, (each) => each.from),
    )
    .some((each) => each.to > from);
  const isTold = (["loop-stalled", "clock-stepped", "cpu-starved"] as const).some((kind) =>
    own.has(kind, from, to + SOON_MS),
  );
  const isFound = own.has("expired-seen", to, to + pollMs + MOMENT_MS);
  if (!onBeat || isTold || !isFound) return false;
  // A machine that wakes wakes them all: a holder that comes back later stood still alone.
  return stood.of(from + MOMENT_MS) <= to + MOMENT_MS;
}

/** Somebody polled when the silence began, as far as the logs tell of that. */
function isWatched(own: Case, at: number): boolean {
  const stopped = own.lastUntil("poller-stopped", at + MOMENT_MS);
  const started = own.lastUntil("poller-started", at);
  return stopped === undefined || (started !== undefined && started.at > stopped.at);
}

/** What an operator starts or stops says nothing of the time before. */
function isRestart(own: Case, at: number): boolean {
  const [from, to] = [at - MOMENT_MS, at + MOMENT_MS];
  return own.has("poller-stopped", from, to) || own.has("poller-started", from, to);
}
