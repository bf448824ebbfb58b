import type { Effect as EffectTold } from "@tenure/schema";
import type { Evidence } from "./evidence.ts";
import { graceIn } from "./grace.ts";
import { counted, least, median, most, seconds } from "./numbers.ts";
import { once } from "./once.ts";
import type { Scene } from "./rule.ts";
import { compare, type Comparison } from "./statistics.ts";

/** The gaps from each leader's last renewal to the next leader, before and after a change, in milliseconds. */
export interface Effect {
  readonly change: Evidence;
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** How probable at least so large a difference is when the change did nothing. */
  readonly p: number;
  readonly comparison: Comparison | null;
}

/** What each change did, for those with three terms before and at least one after. */
export function effectsOf(scene: Scene): readonly Effect[] {
  return allEffects(scene).filter(({ before, after }) => before.length >= 3 && after.length > 0);
}

const allEffects = once(({ own, terms, timing: { leaseDurationMs, pollMs } }: Scene): readonly Effect[] => {
  // Longer ones are times in which nobody looked.
  const graceMs = leaseDurationMs === null ? 0 : (graceIn(own, terms, leaseDurationMs) ?? 0);
  const longest = ((leaseDurationMs ?? 0) + graceMs + (pollMs ?? 0)) * 2;
  const gaps = terms.flatMap(({ end, lastRenewAt, nextAcquiredAt }) => {
    const gap = nextAcquiredAt - lastRenewAt;
    return end === null || !Number.isFinite(gap) || (longest > 0 && gap > longest)
      ? []
      : [{ from: lastRenewAt, to: nextAcquiredAt, gap }];
  });
  return own.of("change").map((change) => {
    // A gap in which the change was made is of neither side.
    const before = gaps.filter(({ to }) => to <= change.at).map(({ gap }) => gap);
    const after = gaps.filter(({ from }) => from >= change.at).map(({ gap }) => gap);
    const comparison = compare(before, after);
    return { change, before, after, p: comparison?.p ?? 1, comparison };
  });
});

const SIGNIFICANT = 0.05;
/** Of the gap before. A smaller change is no cure, and one idle change in twenty seems to make one. */
const MATERIAL = 0.1;

export function isSignificant({ p }: Effect | Comparison): boolean {
  return p <= SIGNIFICANT;
}

export function isIdle({ p, before, after, comparison }: Effect): boolean {
  // Too few for the test, but within what was there before.
  const isAlike = least(after) >= least(before) * 0.9 && most(after) <= most(before) * 1.1;
  // Where even the greatest difference would not be significant, its absence says nothing.
  const couldTell = comparison !== null && comparison.leastP <= SIGNIFICANT && after.length >= 3;
  return p > SIGNIFICANT ? couldTell || isAlike : isAlike && comparison !== null && !isMaterial(before, comparison);
}

export function isEffective({ before, after, comparison }: Effect): boolean {
  return after.length >= 3 && answerOf(before, comparison) === "changed";
}

/** Whether the gap moved by as much as matters, wherever in its interval the shift is; where there is none the test alone speaks. */
function isMaterial(before: readonly number[], { shift }: Comparison): boolean {
  if (shift === null) return true;
  const movedMs = shift[0] > 0 ? shift[0] : shift[1] < 0 ? -shift[1] : 0;
  return movedMs >= MATERIAL * (median(before) ?? 0);
}

/** Every change with its answer, also where there is none. */
export function toldEffects(scene: Scene): EffectTold[] {
  return allEffects(scene).map((effect) => {
    const { change, before, after, comparison } = effect;
    const answer = answerOf(before, comparison);
    return {
      at: new Date(change.at).toISOString(),
      label: change.facts.label ?? null,
      before: before.length,
      after: after.length,
      beforeMedianMs: median(before),
      afterMedianMs: median(after),
      test: comparison?.isExact === false ? "Mann-Whitney, normal approximation" : "Mann-Whitney, exact",
      p: comparison?.p ?? null,
      leastP: comparison?.leastP ?? null,
      shiftLeastMs: comparison?.shift?.[0] ?? null,
      shiftMostMs: comparison?.shift?.[1] ?? null,
      answer,
      explanation: inWords(effect, answer),
    };
  });
}

function answerOf(before: readonly number[], comparison: Comparison | null): EffectTold["answer"] {
  if (comparison === null || comparison.leastP > SIGNIFICANT) return "cannot-tell";
  if (comparison.p > SIGNIFICANT) return "no-change-seen";
  return isMaterial(before, comparison) ? "changed" : "cannot-tell";
}

function inWords({ before, after, comparison }: Effect, answer: EffectTold["answer"]): string {
  const sides =
    `the gap after a leader was ${medianOf(before)} before (${counted(before.length, "gap")}) and ` +
    `${medianOf(after)} after (${counted(after.length, "gap")})`;
  if (comparison === null)
    return `too few gaps to tell: ${before.length} before and ${after.length} after, and each side needs some`;
  const { p, leastP, shift, isExact } = comparison;
  const test = `${isExact ? "exact " : ""}Mann-Whitney p = ${p.toFixed(p < 0.001 ? 5 : 3)}`;
  if (answer === "cannot-tell" && p <= SIGNIFICANT)
    return `${sides}: it may have moved by less than a tenth, which is no cure, and which one idle change in twenty seems to do (${test})`;
  if (answer === "cannot-tell")
    return `${sides}: too few to tell, since even the greatest difference of so few would be chance with p = ${leastP.toFixed(2)} (${test})`;
  const bounds = shift === null ? "" : `; with 95 % confidence it moved by ${signed(shift[0])} to ${signed(shift[1])}`;
  const words =
    answer === "changed" ? "that is a change; what else changed then would show in the same way" : "no change is seen";
  return `${sides}: ${words} (${test})${bounds}`;
}

function medianOf(values: readonly number[]): string {
  const middle = median(values);
  return middle === null ? "unknown" : seconds(middle);
}

function signed(ms: number): string {
  return `${ms > 0 ? "+" : ""}${seconds(ms)}`;
}
