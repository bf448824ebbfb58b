import type { Ages, Signature } from "@tenure/schema";
import { graceIn } from "../grace.ts";
import { counted, least, median, most } from "../numbers.ts";
import type { Scene } from "../rule.ts";
import { beatIn } from "./beat.ts";
import { binsOf } from "./bins.ts";
import { concludedFrom } from "./conclude.ts";
import { expiryIn, type Expiry } from "./expiry.ts";
import { outageIn, type Settings } from "./outage.ts";
import { successionsIn, type Succession } from "./succession.ts";

/** Fewer terms than this show a pattern that chance makes too. */
const TERMS_LEAST = 5;

/** Of stamps in whole seconds, and of a poll's own lateness. */
const TOLERANCE_MS = 3_000;

/**
 * Fits the times of a history to `acquisition + k · interval`, then `lease duration + grace + a wait for the next poll + start-up`:
 * what that explains is configuration, what it does not is failure. `null` where no lease ran out.
 */
export function signatureOf(scene: Scene): Signature | null {
  const successions = successionsIn(scene);
  if (successions.length === 0) return null;
  const { leaseDurationMs, pollMs, renewIntervalMs } = scene.timing;
  const expiry = expiryIn(successions, pollMs);
  const graceMs = leaseDurationMs === null ? null : graceIn(scene.own, scene.terms, leaseDurationMs);
  const settings = settingsOf(leaseDurationMs, graceMs, pollMs, expiry);
  const terms = successions.map(({ term }) => term);
  const signature: Signature = {
    terms: successions.length,
    refusal: null,
    leaseDurationMs,
    graceMs,
    pollMs,
    startUpMs: median(successions.flatMap(({ startUpMs }) => startUpMs ?? [])),
    expiryLeastMs: expiry?.leastMs ?? null,
    expiryMostMs: expiry?.mostMs ?? null,
    beat: renewIntervalMs === null ? null : beatIn(scene.terms, terms, renewIntervalMs),
    ages: agesOf(successions, settings, leaseDurationMs !== null && graceMs !== null),
    outage: settings === null ? null : outageIn(successions, settings),
    conclusions: [],
  };
  if (successions.length < TERMS_LEAST)
    return { ...signature, refusal: tooFew(successions.length), outage: null, beat: null };
  return { ...signature, conclusions: concludedFrom(signature, terms) };
}

function tooFew(terms: number): string {
  return (
    `only ${counted(terms, "lease")} ran out in these files: with fewer than ${TERMS_LEAST} a pattern may be chance, ` +
    "so nothing is concluded from their times"
  );
}

function settingsOf(
  leaseDurationMs: number | null,
  graceMs: number | null,
  pollMs: number | null,
  expiry: Expiry | null,
): Settings | null {
  const lasts = leaseDurationMs ?? expiry?.leastMs;
  if (lasts === undefined) return null;
  const grace = graceMs ?? Math.max(0, (expiry?.leastMs ?? lasts) - lasts);
  // Where no line tells the grace, the latest age at which it can have ended counts, so that no failure is claimed too soon.
  const ends = graceMs === null ? Math.max(lasts + grace, expiry?.mostMs ?? lasts) : lasts + grace;
  const ageMostMs = pollMs === null ? Number.POSITIVE_INFINITY : ends + pollMs + TOLERANCE_MS;
  return { leaseDurationMs: lasts, graceMs: grace, ageMostMs };
}

function agesOf(successions: readonly Succession[], settings: Settings | null, isSure: boolean): Ages | null {
  const ages = successions.flatMap(({ ageMs }) => ageMs ?? []);
  if (ages.length === 0) return null;
  const [dueMs, mostMs] = [
    settings === null ? 0 : settings.leaseDurationMs + settings.graceMs,
    settings?.ageMostMs ?? Number.POSITIVE_INFINITY,
  ];
  const inTime = ages.filter((age) => age <= mostMs);
  const shown = inTime.length === 0 ? ages : inTime;
  const residuals = isSure ? inTime.map((age) => age - dueMs) : [];
  return {
    leastMs: least(shown),
    medianMs: median(shown) ?? 0,
    mostMs: most(shown),
    histogram: binsOf(shown),
    residualLeastMs: residuals.length === 0 ? null : least(residuals),
    residualMostMs: residuals.length === 0 ? null : most(residuals),
    early: ages.filter((age) => age < dueMs - TOLERANCE_MS).length,
    late: ages.length - inTime.length,
  };
}
