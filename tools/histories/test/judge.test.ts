import type { StoreOperation, SwapOperation } from "@tenure/history";
import { expect, test } from "vitest";
import { judge } from "../src/judge.ts";

const swap = (process: string, value: string, sentAt: number, answeredAt: number): Omit<SwapOperation, "outcome"> => {
  return { kind: "swap", lease: "job", process, expected: null, value, sentAt, answeredAt };
};
const verdict = (operations: readonly StoreOperation[], refusesEarly: boolean): readonly string[] =>
  judge({ operations, observations: [], stood: [], leaseDurationMs: 1_000 }, { refusesEarly }).violations;

test("files may refuse a claim while another is about to stand, and a register may not; nobody may without another", () => {
  const refused = { ...swap("b", "b1", 20, 21), outcome: "conflict" } as const;
  const read = { kind: "read", lease: "job", process: "b", value: null, sentAt: 22, answeredAt: 23 } as const;
  const slow = [{ ...swap("a", "a1", 0, 100), outcome: "committed" } as const, refused, read];
  expect(verdict(slow, true)).toEqual([]);
  expect(verdict(slow, false)).toHaveLength(1);
  expect(verdict([{ ...swap("a", "a1", 30, 100), outcome: "committed" }, refused, read], true)).toHaveLength(1);
});
