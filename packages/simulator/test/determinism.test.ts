import { execFileSync } from "node:child_process";
import process from "node:process";
import { expect, test } from "vitest";
import { drawPlan, runPlan, runSchedule, scenarios } from "../src/index.ts";
import { makeAbortQuick } from "../src/many/quick-abort.ts";

const SEEDS = Array.from({ length: 12 }, (_, index) => 100 + index);

test("the same seed gives the same history, byte for byte", async () => {
  for (const seed of SEEDS) {
    const [once, again] = [await runSchedule({ seed }), await runSchedule({ seed })];
    expect(again.digest).toBe(once.digest);
    expect(again.history).toEqual(once.history);
  }
});

test("and in another process, from the build, after other runs", async () => {
  const here: string[] = [];
  for (const seed of SEEDS) here.push((await runSchedule({ seed })).digest);
  const script = `
    const { runSchedule } = await import("@tenure/simulator");
    for (const seed of ${JSON.stringify(SEEDS.toReversed())}) console.log((await runSchedule({ seed })).digest);`;
  const args = ["--input-type=module", "-e", script];
  const out = execFileSync(process.execPath, args, { encoding: "utf8", cwd: new URL("..", import.meta.url) });
  expect(out.trim().split("\n").toReversed()).toEqual(here);
}, 60_000);

test("and with the signals of its own that many are run with, those of a watchdog included", async () => {
  const watched = Array.from({ length: 60 }, (_, seed) => seed).filter((seed) =>
    drawPlan(seed).agents.some(({ manner }) => manner === "watchdog"),
  );
  const digests = async (): Promise<string[]> => {
    const all: string[] = [];
    for (const seed of [...SEEDS, ...watched]) all.push((await runSchedule({ seed })).digest);
    return all;
  };
  const { AbortController } = globalThis;
  const usual = await digests();
  try {
    makeAbortQuick();
    expect(await digests()).toEqual(usual);
  } finally {
    Object.assign(globalThis, { AbortController });
  }
}, 60_000);

test("another seed gives another history", async () => {
  const digests = new Set<string>();
  for (const seed of SEEDS) digests.add((await runSchedule({ seed })).digest);
  expect(digests.size).toBe(SEEDS.length);
});

test("a plan is all there is: it can be written down and read again", async () => {
  const plan = drawPlan(7);
  const [drawn, read] = [await runPlan(plan), await runPlan(JSON.parse(JSON.stringify(plan)) as typeof plan)];
  expect(read.digest).toBe(drawn.digest);
});

test("scenarios have names of their own", () => {
  const names = scenarios.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
