import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compare } from "../src/statistics.ts";

/** Every way of dealing all values to two sides, tried one by one. */
function triedP(some: readonly number[], others: readonly number[]): number {
  const all = [...some, ...others];
  const wins = (side: readonly number[], rest: readonly number[]): number =>
    side.reduce((sum, a) => sum + rest.reduce((own, b) => own + Math.sign(a - b), 0), 0);
  const seen = Math.abs(wins(some, others));
  let [far, deals] = [0, 0];
  for (let mask = 0; mask < 2 ** all.length; mask++) {
    const isMine = (index: number): boolean => Math.floor(mask / 2 ** index) % 2 === 1;
    const mine = all.filter((_, index) => isMine(index));
    if (mine.length !== some.length) continue;
    deals++;
    if (
      Math.abs(
        wins(
          mine,
          all.filter((_, index) => !isMine(index)),
        ),
      ) >= seen
    )
      far++;
  }
  return far / deals;
}

const sample = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 6 });

describe("two samples compared", () => {
  test("the exact p is that of trying every deal, ties included", () => {
    fc.assert(
      fc.property(sample, sample, (some, others) => {
        const { p = -1, leastP = 2 } = compare(some, others) ?? {};
        expect(p).toBeCloseTo(triedP(some, others), 12);
        expect(leastP).toBeLessThanOrEqual(p + 1e-12);
      }),
      { numRuns: 100 },
    );
  });

  test("known values", () => {
    expect(compare([1, 2, 3, 4, 5], [6, 7, 8, 9, 10])).toMatchObject({ p: 2 / 252, leastP: 2 / 252, isExact: true });
    expect(compare([1, 2, 3], [4])).toMatchObject({ p: 0.5, leastP: 0.5, shift: null });
    expect(compare([], [1])).toBeNull();
    // The 95 % interval of 5 against 5 cuts two differences off at each end.
    expect(compare([1, 2, 3, 4, 5], [11, 12, 13, 14, 15])?.shift).toEqual([7, 13]);
  });

  test("of many values the approximation is close to the exact test, and says that it is one", () => {
    const some = Array.from({ length: 30 }, (_, index) => (index * 37) % 101);
    const others = Array.from({ length: 30 }, (_, index) => ((index * 53) % 103) + 12);
    const exact = compare(some, others);
    const near = compare([...some, 50], [...others, 60]);
    expect([exact?.isExact, near?.isExact]).toEqual([true, false]);
    expect(Math.abs((exact?.p ?? 0) - (near?.p ?? 1))).toBeLessThan(0.02);
  });

  test("nothing but ties is no difference", () => {
    expect(compare([5, 5, 5, 5], [5, 5, 5, 5])).toMatchObject({ p: 1, shift: [0, 0] });
    expect(
      compare(
        Array.from({ length: 40 }, () => 5),
        Array.from({ length: 40 }, () => 5),
      ),
    ).toMatchObject({ p: 1 });
  });
});
