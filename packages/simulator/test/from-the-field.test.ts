import { expect, test } from "vitest";
import { runPlan } from "../src/index.ts";
import { fromTheField } from "../src/scenarios/from-the-field.ts";

test.each(fromTheField)("$kind $name: the first term ends with $told", async ({ plans, told, threads }) => {
  expect(threads.every((thread) => /^[\w./-]+#\d+$/u.test(thread))).toBe(true);
  for (const plan of plans) {
    const { violations, history } = await runPlan(plan);
    expect(violations.map(({ invariant, sentence }) => `${invariant} ${sentence}`)).toEqual([]);
    const first = history.find((it) => it.kind === "granted");
    const end = history.find(
      (it) =>
        it.kind === "ended" && it.holder === first?.holder && it.epoch === first.epoch && it.at < plan.quietFromMs,
    );
    expect(end?.kind === "ended" ? end.reason : null).toBe(told);
    const epochs = history.flatMap((it) => (it.kind === "granted" ? [it.epoch] : []));
    expect(epochs).toEqual([...new Set(epochs)].toSorted((a, b) => a - b));
  }
});
