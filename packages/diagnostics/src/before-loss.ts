import type { Finding } from "@tenure/schema";
import { askedBefore } from "./asked.ts";
import type { Case } from "./case.ts";
import type { Evidence } from "./evidence.ts";
import { counted, indexAfter, indexFrom } from "./numbers.ts";
import { once } from "./once.ts";
import type { Scene } from "./rule.ts";
import { Stretches } from "./stretches.ts";
import type { ObservedTerm } from "./term.ts";
import { lastTermOf } from "./terms.ts";

/** Where no line tells how long a lease lives. */
const USUAL_LEASE_MS = 60_000;

/** One loss is told in several words, one after the other. */
const SAME_LOSS_MS = 2_000;

/** How long before a loss something may have caused it. */
export function lossWindowMs({ timing }: Scene): number {
  return timing.leaseDurationMs ?? USUAL_LEASE_MS;
}

/** When a lease was lost though its holder had not ended: by its own words, or because it ran out. One that is told again before anybody led or renewed is the same. */
export const lossesIn: (scene: Scene) => readonly Evidence[] = once((scene) => {
  const { own, terms } = scene;
  const told = [
    ...own.of("lost").filter((line) => !isKnown(scene, line) && askedBefore(own, line) === null),
    ...terms.flatMap(({ stale, exit, asked }) => (stale === null || exit !== null || asked !== null ? [] : [stale])),
    ...terms.flatMap((term, index) =>
      term.stale === null && ranOut(scene, term) ? (terms[index + 1]?.begin ?? []) : [],
    ),
  ].toSorted((a, b) => a.at - b.at);
  return told.filter(({ at }, index) => {
    const before = told[index - 1]?.at ?? Number.NEGATIVE_INFINITY;
    if (at - before <= SAME_LOSS_MS) return false;
    return at - before > lossWindowMs(scene) || ledBetween(own, before, at);
  });
});

/** Whether the lease of the one who says so had been found expired, or taken after it ran out, before it says so. */
function isKnown(scene: Scene, { at, facts }: Evidence): boolean {
  const term = lastTermOf(scene.terms, facts.holder, at);
  if (term === undefined) return false;
  return term.stale === null ? ranOut(scene, term) && term.nextAcquiredAt <= at : term.stale.at <= at;
}

/** Whether nobody had released it, or ended, when the next one took it after it had run out. */
function ranOut({ timing: { leaseDurationMs } }: Scene, term: ObservedTerm): boolean {
  const { released, end, asked, stale, lastRenewAt, nextAcquiredAt } = term;
  if (released !== null || end !== null || asked !== null || leaseDurationMs === null) return false;
  return stale !== null || (Number.isFinite(nextAcquiredAt) && nextAcquiredAt - lastRenewAt >= leaseDurationMs);
}

function ledBetween(own: Case, from: number, to: number): boolean {
  return own.has("acquired", from + 1, to) || own.has("renewed", from + 1, to);
}

/**
 * The lines among these that a loss followed, within one lease: trouble that nothing came of explains nothing.
 * @param trouble in the order of time
 */
export function beforeLoss(trouble: readonly Evidence[], scene: Scene): readonly (readonly [Evidence, Evidence])[] {
  const long = new Stretches(
    trouble.filter(({ facts: { durationMs = 0 } }) => durationMs >= lossWindowMs(scene) / LONG_SHARE),
    ({ at, facts: { durationMs = 0 } }) => at - durationMs,
  );
  return lossesIn(scene).flatMap((loss) => {
    const last = trouble[indexAfter(trouble, loss.at, timeOf) - 1];
    // What was under way at the loss can say so only afterwards.
    const before = last !== undefined && last.at >= lossBeginsAt(scene, loss) ? last : long.firstOver(loss.at);
    return before === undefined ? [] : [[before, loss] as const];
  });
}

/** Whoever polls finds a lease expired only some time after it did. */
const LEASES_MOST = 3;

/** From when on something may have led to a loss: within a lease of it, or since the last renewal that came through. */
function lossBeginsAt(scene: Scene, { at, kind, facts }: Evidence): number {
  const windowMs = lossWindowMs(scene);
  const term = lastTermOf(scene.terms, facts.holder, at);
  if (kind !== "expired-seen" || term === undefined) return at - windowMs;
  return Math.max(at - LEASES_MOST * windowMs, Math.min(at - windowMs, term.lastRenewAt - MOMENT_MS));
}

const MOMENT_MS = 5_000;

/** What takes less of a lease does not matter to it. */
const LONG_SHARE = 10;

function timeOf({ at }: Evidence): number {
  return at;
}

/** "2 losses", "1 loss". */
export function losses(pairs: readonly unknown[]): string {
  return counted(pairs.length, "loss", "losses");
}

/** Whether other trouble of the store came before each of these losses: then what is seen here may be its consequence. */
export function followsFrom(pairs: readonly (readonly [Evidence, Evidence])[], label: string, scene: Scene): boolean {
  const windowMs = lossWindowMs(scene);
  return pairs.every(([, loss]) =>
    scene.own.between("store-trouble", loss.at - windowMs, loss.at + 1).some(({ facts }) => facts.label === label),
  );
}

/** How sure it is that trouble led to the losses that it came before. */
export interface Weight {
  readonly confidence: Finding["confidence"];
  readonly counterEvidence: string[];
}

/**
 * Trouble that also comes, and more often, without a loss after it may have nothing to do with those.
 * @param pairs with their losses in the order of time
 */
export function weighed(
  trouble: readonly Evidence[],
  pairs: readonly (readonly [Evidence, Evidence])[],
  scene: Scene,
): Weight {
  const windowMs = lossWindowMs(scene);
  const bursts = trouble.filter(
    ({ at }, index) => at - (trouble[index - 1]?.at ?? Number.NEGATIVE_INFINITY) > windowMs,
  );
  const isIdle = ({ at }: Evidence): boolean => {
    const next = pairs[indexFrom(pairs, at - 2 * windowMs, ([, loss]) => loss.at)];
    return next === undefined || next[1].at > at + 2 * windowMs;
  };
  const idle = bursts.filter(isIdle).length;
  const confidence = idle > pairs.length ? "low" : pairs.length > 1 ? "high" : "medium";
  return {
    confidence,
    counterEvidence:
      idle === 0 ? [] : [`such lines also came ${counted(idle, "time")} without a loss within two leases of them`],
  };
}

/** The same where the lines do not say that they are about the lease: a program talks to much else, so once may be by chance. */
export function weighedAsStrange({ confidence, counterEvidence }: Weight, against: string): Weight {
  return { confidence: confidence === "high" ? "medium" : "low", counterEvidence: [...counterEvidence, against] };
}

/** Whether a line is about the lease, and not about whatever else a program does. */
export function isAboutLease({ file, line, text }: Evidence, { own }: Scene): boolean {
  if (/leas|lock|leader|session|dcs|quorum|renew|state/iu.test(text)) return true;
  return placesOfLoss(own).has(`${line} ${file}`);
}

/** Lines that tell of the lease itself. */
const placesOfLoss = once(
  (own: Case) => new Set([...own.of("renew-failed"), ...own.of("lost")].map(({ line, file }) => `${line} ${file}`)),
);
