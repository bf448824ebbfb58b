import { lossesIn } from "../before-loss.ts";
import type { Evidence } from "../evidence.ts";
import { counted, least, span } from "../numbers.ts";
import { Reach } from "../reach.ts";
import type { Rule, Scene } from "../rule.ts";
import { strangeUnitOf } from "../unit.ts";

export const gaveUp: Rule = {
  id: "gave-up",
  find(scene) {
    const { own } = scene;
    const [terms, endAt] = [ledSpans(scene), firstEndIn(scene)];
    const all = own.of("gave-up").filter((line) => !terms.isWithin(line.at) && isAfterEnd(scene, line, endAt));
    const [last] = all.slice(-1);
    if (last === undefined) return null;
    const next = [...own.of("spawned"), ...own.of("acquired")]
      .filter(({ at }) => at > last.at)
      .toSorted((a, b) => a.at - b.at)[0];
    return {
      part: next === undefined ? "cause" : "contributor",
      confidence: "high",
      verdict:
        `whoever starts the holder gave up after too many starts (${counted(all.length, "time")})` +
        (next === undefined
          ? ", and nothing in these files starts it again"
          : `, and the next start came ${span(next.at - last.at)} after the last of these`),
      evidence: [...all, next ?? null],
      change:
        "mend what makes the starts fail, then start it by hand; let the limit slow restarts down instead of ending them",
    };
  },
};

/** A holder that leads on ended for nobody. */
function ledSpans({ terms }: Scene): Reach {
  return new Reach(
    terms.map(({ acquiredAt, lastRenewAt, released }) => ({
      from: acquiredAt,
      to: Math.max(lastRenewAt, released?.at ?? lastRenewAt),
    })),
  );
}

/** When a holder had ended, or a lease was lost, for the first time. */
function firstEndIn(scene: Scene): number {
  const ends = scene.terms.flatMap(({ exit, released }) => (exit === null || released !== null ? [] : [exit]));
  return least([...ends, ...lossesIn(scene)].map(({ at }) => at));
}

/** Of a unit that nobody knows it counts only where a holder had ended, or a lease was lost. */
function isAfterEnd({ own, terms }: Scene, line: Evidence, endAt: number): boolean {
  return terms.length === 0 || strangeUnitOf(line, own) === null || endAt <= line.at;
}
