import { expect } from "vitest";
import { history, terms, TERM_S } from "./world.ts";

const end = 2 * TERM_S;

/** Expects that a line counts as a cause only where a loss follows within the lease. */
export async function expectOnlyBeforeLoss(ruleId: string, line: string): Promise<void> {
  const world = history(terms(2)).says(end, line);
  expect(await world.finding(ruleId)).toBeUndefined();
  expect(await world.says(end + 90, "stopped leading").finding(ruleId)).toBeUndefined();
  const finding = await world.says(end + 30, "failed to renew lease default/press").finding(ruleId);
  expect(finding).toMatchObject({ part: "cause", confidence: "medium" });
  expect(finding?.evidence.map(({ text }) => text.includes(line))).toEqual([true, false]);
}
