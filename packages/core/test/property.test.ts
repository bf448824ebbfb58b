import * as fc from "fast-check";
import { expect, it } from "vitest";
import { runSchedule, type Schedule } from "./schedule.ts";

const chance = (max: number): fc.Arbitrary<number> => fc.oneof(fc.constant(0), fc.double({ min: 0, max, noNaN: true }));

const schedules: fc.Arbitrary<Schedule> = fc.record({
  seed: fc.nat(),
  fail: chance(0.3),
  unknown: chance(0.2),
  drop: chance(0.1),
  delay: chance(0.4),
  longestDelayMs: fc.constantFrom(10, 500, 3000, 20_000),
  suspend: chance(0.03),
  stall: chance(0.03),
  step: chance(0.1),
  kill: chance(0.03),
  leave: chance(0.05),
  neglect: chance(0.05),
  deleteRecord: chance(0.02),
  mark: chance(0.05),
  provable: fc.boolean(),
});

it("rule: validity windows never overlap, epochs only rise, every loss is told, and somebody leads in the end", async () => {
  await fc.assert(
    fc.asyncProperty(schedules, async (schedule) => {
      expect((await runSchedule(schedule)).violations).toEqual([]);
    }),
    { numRuns: 200, interruptAfterTimeLimit: 15_000 },
  );
}, 60_000);

it("meets every kind of trouble in one bad run", async () => {
  const bad: Schedule = {
    seed: 7,
    fail: 0.1,
    unknown: 0.1,
    drop: 0.05,
    delay: 0.2,
    longestDelayMs: 3000,
    suspend: 0.02,
    stall: 0.02,
    step: 0.05,
    kill: 0.02,
    leave: 0.02,
    neglect: 0.02,
    deleteRecord: 0.005,
    mark: 0.02,
    provable: true,
  };
  const { violations, terms, losses } = await runSchedule(bad);
  expect(violations).toEqual([]);
  expect(terms).toBeGreaterThan(5);
  expect(new Set(losses).size).toBeGreaterThan(2);
}, 60_000);
