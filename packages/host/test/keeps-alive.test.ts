import { expect, test } from "vitest";
import { systemClock } from "../src/index.ts";

/** Timers that keep this process running. */
const holding = (): number => process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;

test("a timer keeps the process running only if it is told to", () => {
  const before = holding();
  const idle = systemClock().startTimer(60_000, () => {});
  expect(holding()).toBe(before);
  const awaited = systemClock().startTimer(60_000, () => {}, { keepsAlive: true });
  expect(holding()).toBe(before + 1);
  awaited.cancel();
  idle.cancel();
  expect(holding()).toBe(before);
});
