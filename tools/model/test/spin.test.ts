import { describe, expect, test } from "vitest";
import { sizes } from "../dist/bounds.js";
import type { Broken } from "../dist/invariants.js";
import { mutants } from "../dist/mutants.js";
import { lacks, runSpin } from "../dist/spin.js";
import { counts } from "./counts.ts";

/** How each promise reads in the verifier. */
const ASSERTIONS: Readonly<Record<Broken, RegExp>> = {
  "two in office": /^!\(\(+term\[0\]>0\)&&\(left\[0\]>0\)\)\+/u,
  "a free lease withheld": /seen\[0\]!=15/u,
  "an expired lease withheld": /seen\[0\]!=15/u,
  "an epoch twice": /^\(epoch\[.*\]>published\)$/u,
  "an older epoch renewed": /epoch\[.*\]>=published/u,
  "a committed write lost": /^\(record==replaces/u,
  "a success that was none": /^\(\(effective>>/u,
  "renewal out of office": /^\(left\[.\]>0\)$/u,
  "release during work": /^\(writing\[.\]==0\)$/u,
  "begun out of office": /^\(left\[.\]>0\)$/u,
  "a late write let in": /^\(writing\[.\]>=fence\)$/u,
};

const missing = lacks();

describe("Spin, with a model that was written for itself,", () => {
  test.for(["small", "pair", "three"] as const)(
    "finds as many states and steps as the one here: size %s",
    async (size, context) => {
      context.skip(missing !== null, missing ?? "");
      const { states, steps } = counts[size];
      expect(await runSpin(sizes[size])).toEqual({ states, steps, violated: null });
    },
  );

  test.for(mutants)("rejects $name: $breaks", async ({ name, breaks, bounds }, context) => {
    context.skip(missing !== null, missing ?? "");
    const { violated } = await runSpin({ ...sizes.pair, ...bounds }, name);
    expect(violated?.trim()).toMatch(ASSERTIONS[breaks]);
  });
});
