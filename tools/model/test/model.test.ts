import { describe, expect, test } from "vitest";
import { sizes, type Size } from "../src/bounds.ts";
import { explore } from "../src/explore.ts";
import { mutants } from "../src/mutants.ts";

describe("every state within the bounds is visited, and no promise is broken in any of them", () => {
  // The numbers stand here so that a change of the rules, or a step that is possible no more, is noticed and meant.
  test.for([
    ["pair", 1_365_150, 8_535_273, 32],
    ["three", 1_200_559, 9_023_973, 25],
  ] as const)("size %s: %i states", ([size, states, steps, depth]) => {
    const { taken, ...found } = explore(sizes[size]);
    expect(found).toEqual({ states, steps, depth, counterexample: null });
    expect(Object.entries(taken).filter(([, count]) => count === 0)).toEqual([]);
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
