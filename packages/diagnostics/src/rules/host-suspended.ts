import { beforeLoss, lossesIn } from "../before-loss.ts";
import type { Case } from "../case.ts";
import type { Evidence } from "../evidence.ts";
import { beatIn, chanceOfLosing, type Beat } from "../lost-lines.ts";
import { seconds } from "../numbers.ts";
import type { Rule, Scene } from "../rule.ts";
import { commonSilences, type Span } from "../silence.ts";
import { standstillOf } from "../standstill.ts";
import type { ObservedTerm } from "../term.ts";
import { heldPolls } from "../timing.ts";

const MOMENT_MS = 10_000;
/** Who stood still says so when it goes on. */
const SOON_MS = 300_000;
/** One log in so many may be taken for a machine that slept. */
const CHANCE_MOST = 1 / 500;

export const hostSuspended: Rule = {
  id: "host-suspended",
  find(scene) {
    const { own, terms, timing } = scene;
    const { pollMs } = timing;
    const told = toldBefore(scene);
    // Where one poll left no line the next one is two polls away.
    const leastMs = Math.max(2.25 * (pollMs ?? 60_000), 30_000);
    const polls = [
      ...heldPolls(own),
      ...own.of("expired-seen"),
      ...own.of("touched"),
      ...own.of("renewer-cycle"),
      ...own.of("renewed"),
    ];
    const [polled, renewed] = [beatsIn(heldPolls(own), pollMs), beatsIn(own.of("renewed"), timing.renewIntervalMs)];
    const silent = commonSilences(own.silences).filter(
      ({ from, to }) =>
        to - from > leastMs &&
        ((isBusy(own, terms, from, to) && !isChance([...polled, ...renewed], { from, to })) ||
          (isCaught(scene, from, to) && !isChance(polled, { from, to }))) &&
        isWatched(own, from) &&
        !isRestart(own, to),
    );
    // Only where something beats all the time does silence say anything.
    if (told.length === 0 && (polls.length < 5 || silent.length === 0)) return null;
    const [first] = silent;
    const lines = silent.flatMap(({ from, to }) =>
      polls.filter(({ at }) => Math.abs(at - to) < MOMENT_MS || Math.abs(at - from) < MOMENT_MS),
    );
    return {
      part: "cause",
      confidence: told.length > 0 ? "high" : "medium",
      verdict:
        told.length > 0 || first === undefined
          ? "the machine was suspended"
          : `every log was silent for ${seconds(first.to - first.from)} and then went on: the machine slept or was paused`,
      evidence: told.length > 0 ? told : lines,
      counterEvidence: told.length > 0 ? [] : ["a full disk or a cut of the logs would be silent in the same way"],
      change: "after waking, let a holder check its own deadline by a clock that counts sleep, and acquire anew",
    };
  },
};

/** What says that the machine slept, and the loss after it: within a lease, or with no renewal in between, however long it slept. */
function toldBefore(scene: Scene): readonly Evidence[] {
  const told = scene.own.of("suspended");
  if (told.length === 0) return [];
  const pairs = beforeLoss(told, scene);
  const others = lossesIn(scene).filter((loss) => !pairs.some(([, other]) => other === loss));
  const slept = others.flatMap((loss) => {
    const holder = loss.kind === "lost" || loss.kind === "expired-seen" ? loss.facts.holder : undefined;
    const term = scene.terms.findLast((each) => each.acquiredAt < loss.at && (holder ?? each.holder) === each.holder);
    const line = told.findLast(({ at }) => term !== undefined && at >= term.lastRenewAt && at <= loss.at);
    return line === undefined ? [] : [line, loss];
  });
  return [...pairs.flat(), ...slept];
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
function isBusy(own: Case, terms: readonly ObservedTerm[], from: number, to: number): boolean {
  const led = terms.some(
    ({ acquiredAt, released, end, lastRenewAt, isSampled }) =>
      // Of renewals that leave no line no log can be silent.
      !isSampled && acquiredAt <= from && (released?.at ?? end?.at ?? lastRenewAt) >= to,
  );
  return led || heldPolls(own).some(({ at }) => at >= from - MOMENT_MS && at < from + 1);
}

/** A holder was on its beat when the silence began, and the first thing that whoever polls says after it is that the lease ran out. */
function isCaught(scene: Scene, from: number, to: number): boolean {
  const { own, terms, timing } = scene;
  const { renewIntervalMs, pollMs } = timing;
  if (renewIntervalMs === null || pollMs === null) return false;
  const onBeat = terms.some(
    ({ renewedAt, released, end }) =>
      renewedAt.some((at) => at <= from && at > from - 2 * renewIntervalMs) &&
      (released?.at ?? end?.at ?? Number.POSITIVE_INFINITY) > from,
  );
  const isTold = (["loop-stalled", "clock-stepped", "cpu-starved"] as const).some(
    (kind) => own.between(kind, from, to + SOON_MS).length > 0,
  );
  const isFound = own.between("expired-seen", to, to + pollMs + MOMENT_MS).length > 0;
  if (!onBeat || isTold || !isFound) return false;
  // A machine that wakes wakes them all: a holder that comes back later stood still alone.
  const isAlone = terms.some((term) => {
    const still = standstillOf(scene, term);
    return still !== null && still.goesOn && still.from <= from + MOMENT_MS && still.to > to + MOMENT_MS;
  });
  return !isAlone;
}

/** Somebody polled when the silence began, as far as the logs tell of that. */
function isWatched(own: Case, at: number): boolean {
  const stopped = own.of("poller-stopped").findLast((each) => each.at <= at + MOMENT_MS);
  const started = own.of("poller-started").findLast((each) => each.at <= at);
  return stopped === undefined || (started !== undefined && started.at > stopped.at);
}

/** What an operator starts or stops says nothing of the time before. */
function isRestart(own: Case, at: number): boolean {
  const [from, to] = [at - MOMENT_MS, at + MOMENT_MS];
  return own.between("poller-stopped", from, to).length + own.between("poller-started", from, to).length > 0;
}
