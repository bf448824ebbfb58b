import { describe, expect, test } from "vitest";
import { beatIn, chanceOfLosing, missingIn, type Beat } from "../src/lost-lines.ts";

/** A hundred beats, without those of these numbers. */
function beat(everyMs: number, lost: readonly number[] = []): Beat {
  const numbers = Array.from({ length: 100 }, (_, at) => at).filter((at) => !lost.includes(at));
  const times = numbers.map((at) => at * everyMs);
  return beatIn(times, everyMs);
}

describe("lines that are missing", () => {
  test("are counted by the beat", () => {
    expect([400, 900, 1_100, 2_100, 3_600].map((to) => missingIn(beat(1_000), { from: 0, to }))).toEqual([
      0, 0, 0, 1, 3,
    ]);
  });

  test("alone, or two together, are chance in a log that loses some", () => {
    const lossy = beat(1_000, [7, 31, 54, 80]);
    expect(chanceOfLosing([lossy], { from: 0, to: 2_000 })).toBeGreaterThan(1);
    expect(chanceOfLosing([lossy], { from: 0, to: 3_000 })).toBeGreaterThan(1 / 10);
    expect(chanceOfLosing([lossy], { from: 0, to: 5_000 })).toBeLessThan(1 / 1_000);
  });

  test("are no chance where no line was lost otherwise", () => {
    expect(chanceOfLosing([beat(1_000)], { from: 0, to: 3_000 })).toBeLessThan(1 / 100);
    expect(chanceOfLosing([beat(1_000)], { from: 0, to: 4_000 })).toBeLessThan(1 / 10_000);
  });

  test("are less by chance the more logs miss them, and a beat that was not due says nothing", () => {
    const polls = beat(1_000, [7, 31, 54, 80]);
    const silence = { from: 0, to: 3_000 };
    const alone = chanceOfLosing([polls], silence);
    expect(chanceOfLosing([polls, beat(1_000, [12, 40])], silence)).toBeLessThan(alone / 100);
    expect(chanceOfLosing([polls, { ...polls, everyMs: 3_000 }], silence)).toBe(alone);
  });

  test("of nothing that beats are not missed", () => {
    expect(chanceOfLosing([], { from: 0, to: 60_000 })).toBe(1);
    expect(chanceOfLosing([beatIn([], 1_000)], { from: 0, to: 500 })).toBe(1);
  });
});
