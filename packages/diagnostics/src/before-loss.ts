import type { Finding } from "@tenure/schema";
import type { Case } from "./case.ts";
import type { Evidence } from "./evidence.ts";
import { counted } from "./numbers.ts";
import type { Scene } from "./rule.ts";
import type { ObservedTerm } from "./term.ts";

/** Where no line tells how long a lease lives. */
const USUAL_LEASE_MS = 60_000;

/** One loss is told in several words, one after the other. */
const SAME_LOSS_MS = 2_000;

/** How long before a loss something may have caused it. */
export function lossWindowMs({ timing }: Scene): number {
  return timing.leaseDurationMs ?? USUAL_LEASE_MS;
}

/** When a lease was lost though its holder had not ended: by its own words, or because it ran out. One that is told again before anybody led or renewed is the same. */
export function lossesIn(scene: Scene): readonly Evidence[] {
  const { own, terms } = scene;
  const told = [
    ...own.of("lost").filter((line) => !isKnown(scene, line)),
    ...terms.flatMap(({ stale, exit }) => (stale === null || exit !== null ? [] : [stale])),
    ...terms.flatMap((term, index) =>
      term.stale === null && ranOut(scene, term) ? (terms[index + 1]?.begin ?? []) : [],
    ),
  ].toSorted((a, b) => a.at - b.at);
  return told.filter(({ at }, index) => {
    const before = told[index - 1]?.at ?? Number.NEGATIVE_INFINITY;
    if (at - before <= SAME_LOSS_MS) return false;
    return at - before > lossWindowMs(scene) || ledBetween(own, before, at);
  });
}

/** Whether the lease of the one who says so had been found expired, or taken after it ran out, before it says so. */
function isKnown(scene: Scene, { at, facts }: Evidence): boolean {
  const term = scene.terms.findLast(({ holder, acquiredAt }) => holder === facts.holder && acquiredAt <= at);
  if (term === undefined) return false;
  return term.stale === null ? ranOut(scene, term) && term.nextAcquiredAt <= at : term.stale.at <= at;
}

/** Whether nobody had released it, or ended, when the next one took it after it had run out. */
function ranOut({ timing: { leaseDurationMs } }: Scene, term: ObservedTerm): boolean {
  const { released, end, stale, lastRenewAt, nextAcquiredAt } = term;
  if (released !== null || end !== null || leaseDurationMs === null) return false;
  return stale !== null || (Number.isFinite(nextAcquiredAt) && nextAcquiredAt - lastRenewAt >= leaseDurationMs);
}

function ledBetween(own: Case, from: number, to: number): boolean {
  return own.between("acquired", from + 1, to).length + own.between("renewed", from + 1, to).length > 0;
}

/** The lines among these that a loss followed, within one lease: trouble that nothing came of explains nothing. */
export function beforeLoss(trouble: readonly Evidence[], scene: Scene): readonly (readonly [Evidence, Evidence])[] {
  return lossesIn(scene).flatMap((loss) => {
    const from = lossBeginsAt(scene, loss);
    const before =
      trouble.findLast(({ at }) => at <= loss.at && at >= from) ?? trouble.find((each) => lasts(each, loss, scene));
    return before === undefined ? [] : [[before, loss] as const];
  });
}

/** Whoever polls finds a lease expired only some time after it did. */
const LEASES_MOST = 3;

/** From when on something may have led to a loss: within a lease of it, or since the last renewal that came through. */
function lossBeginsAt(scene: Scene, { at, kind, facts }: Evidence): number {
  const windowMs = lossWindowMs(scene);
  const term = scene.terms.findLast(({ holder, acquiredAt }) => holder === facts.holder && acquiredAt <= at);
  if (kind !== "expired-seen" || term === undefined) return at - windowMs;
  return Math.max(at - LEASES_MOST * windowMs, Math.min(at - windowMs, term.lastRenewAt - MOMENT_MS));
}

const MOMENT_MS = 5_000;

/** What took long enough to matter, and was under way at the loss: it can say so only afterwards. */
function lasts({ at, facts: { durationMs = 0 } }: Evidence, loss: Evidence, scene: Scene): boolean {
  return durationMs >= lossWindowMs(scene) / 10 && at > loss.at && at - durationMs <= loss.at;
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

/** Trouble that also comes, and more often, without a loss after it may have nothing to do with those. */
export function weighed(
  trouble: readonly Evidence[],
  pairs: readonly (readonly [Evidence, Evidence])[],
  scene: Scene,
): Weight {
  const windowMs = lossWindowMs(scene);
  const bursts = trouble.filter(
    ({ at }, index) => at - (trouble[index - 1]?.at ?? Number.NEGATIVE_INFINITY) > windowMs,
  );
  const idle = bursts.filter(({ at }) => !pairs.some(([, loss]) => Math.abs(loss.at - at) <= 2 * windowMs)).length;
  const confidence = idle > pairs.length ? "low" : pairs.length > 1 ? "high" : "medium";
  return {
    confidence,
    counterEvidence:
      idle === 0 ? [] : [`such lines also came ${counted(idle, "time")} without a loss within two leases of them`],
  };
}

/** Whether a line is about the lease, and not about whatever else a program does. */
export function isAboutLease({ file, line, text }: Evidence, { own }: Scene): boolean {
  if (/leas|lock|leader|session|dcs|quorum|renew|state/iu.test(text)) return true;
  return (["renew-failed", "lost"] as const).some((kind) =>
    own.of(kind).some((each) => each.file === file && each.line === line),
  );
}
