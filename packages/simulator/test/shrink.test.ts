import { afterEach, expect, test, vi } from "vitest";
import { drawPlan, drawTimeline, runPlan, scenarios, shrink } from "../src/index.ts";
import type { Outcome } from "../src/index.ts";
import { Machine } from "../src/world/machine.ts";
import { SimDisk } from "../src/world/sim-disk.ts";

// oxlint-disable-next-line typescript/unbound-method -- called with the machine it is asked of
const truthful = Machine.prototype.procReaderFor;

afterEach(() => vi.restoreAllMocks());

async function firstBroken(outcomes: AsyncIterable<Outcome>): Promise<Outcome> {
  for await (const outcome of outcomes) if (outcome.violations.length > 0) return outcome;
  throw new Error("nothing was broken");
}

async function* runScenario(name: string): AsyncGenerator<Outcome> {
  for (const plan of scenarios.find((scenario) => scenario.name === name)?.plans ?? []) yield await runPlan(plan);
}

async function* runSeeds(count: number): AsyncGenerator<Outcome> {
  for (let seed = 1; seed <= count; seed += 1) yield await runPlan(drawPlan(seed));
}

test("a disk that lies about its syncs is found out, replayed, shrunk to a short script, and drawn", async () => {
  vi.spyOn(SimDisk.prototype, "sync").mockImplementation(() => {});
  const broken = await firstBroken(runSeeds(200));
  const [violation] = broken.violations;
  if (violation === undefined) throw new Error("broken, but not by anything");
  const small = await shrink(broken.plan, violation.invariant);
  expect(small.events.length).toBeLessThanOrEqual(2);
  const again = await runPlan(small);
  expect(again.violations.map(({ invariant }) => invariant)).toContain(violation.invariant);
  const drawn = drawTimeline(again);
  expect(drawn).toMatch(/^ +\d+\.\d{3}s ! /mu);
  expect(drawn).toContain(`${violation.invariant} `);
}, 120_000);

test("a kernel that says of every process that it is gone breaks exclusion", async () => {
  vi.spyOn(Machine.prototype, "procReaderFor").mockImplementation(function lying(this: Machine, self) {
    const reader = truthful.call(this, self);
    const gone = (): never => {
      throw Object.assign(new Error("gone"), { code: "ESRCH" });
    };
    return { ...reader, kill: gone };
  });
  const { violations } = await firstBroken(runScenario("a stopped holder is not a dead one"));
  expect(violations.map(({ invariant }) => invariant)).toContain("I1");
});
