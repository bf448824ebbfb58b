import { describe, expect, test } from "vitest";
import { runPlan, scenarios } from "../src/index.ts";

describe.each(scenarios.map(({ rule, name, plans }) => ({ rule, name, plans })))("rule: $rule", ({ name, plans }) => {
  test(
    name,
    async () => {
      for (const plan of plans) {
        const { violations, history } = await runPlan(plan);
        expect(violations.map(({ invariant, sentence }) => `seed ${plan.seed}: ${invariant} ${sentence}`)).toEqual([]);
        expect(history.some(({ kind }) => kind === "granted")).toBe(true);
      }
    },
    60_000,
  );
});
