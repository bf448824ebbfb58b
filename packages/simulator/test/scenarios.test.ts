import { describe, expect, test } from "vitest";
import { runPlan, scenarios } from "../src/index.ts";

describe.each(scenarios)("rule: $rule", ({ name, plans, notPromised }) => {
  test(
    name,
    async () => {
      for (const plan of plans) {
        const { violations, history } = await runPlan(plan);
        const kept = violations.filter(({ invariant }) => invariant !== notPromised);
        expect(kept.map(({ invariant, sentence }) => `seed ${plan.seed}: ${invariant} ${sentence}`)).toEqual([]);
        expect(violations.length > 0).toBe(notPromised !== undefined);
        expect(history.some(({ kind }) => kind === "granted")).toBe(true);
      }
    },
    60_000,
  );
});
