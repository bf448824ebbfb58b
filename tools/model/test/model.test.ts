import { describe, expect, test } from "vitest";
import { sizes, type Size } from "../dist/bounds.js";
import { explore } from "../dist/explore.js";
import { mutants } from "../dist/mutants.js";
import { counts } from "./counts.ts";

describe("every state within the bounds is visited, and no promise is broken in any of them", () => {
  test.for([
    ["pair", counts.pair.states],
    ["three", counts.three.states],
  ] as const)("size %s: %i states", ([size]) => {
    const { taken, ...found } = explore(sizes[size]);
    expect(found).toEqual({ ...counts[size], counterexample: null });
    expect(Object.entries(taken).filter(([, count]) => count === 0)).toEqual([]);
  });

  test("size small", () => {
    expect(explore(sizes.small)).toMatchObject({ ...counts.small, counterexample: null });
  });

  test("also with a validity as long as the lease, the longest that is safe", () => {
    expect(explore({ ...sizes.small, deadlineTicks: 3 }).counterexample).toBeNull();
  });
});

describe.concurrent("a counterexample is printed for", () => {
  test.for(mutants)("$name: $breaks", ({ breaks, rules, bounds }) => {
    const { counterexample } = smallestWith(rules, bounds);
    expect(counterexample?.broke).toBe(breaks);
    const lines = counterexample?.lines ?? [];
    // From a first step that is possible in the beginning to the one that breaks the promise.
    expect(lines.at(-1)).toMatch(new RegExp(`: ${breaks}$`, "u"));
    expect(lines.length).toBeLessThanOrEqual(20);
  });
});

test("a counterexample reads as a story", () => {
  const { rules } = mutants.find(({ name }) => name === "held-is-free") ?? {};
  expect(explore(sizes.small, rules).counterexample?.lines.join("\n")).toMatchSnapshot();
});

function smallestWith(
  ...[rules, bounds]: [Parameters<typeof explore>[1], object | undefined]
): ReturnType<typeof explore> {
  for (const size of ["small", "pair"] satisfies Size[]) {
    const explored = explore({ ...sizes[size], ...bounds }, rules);
    if (explored.counterexample !== null) return explored;
  }
  return explore(sizes.small);
}
