import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { attempt, buildShim, faults } from "../src/attempt.ts";
import { judge } from "../src/judge.ts";
import { sweep } from "../src/sweep.ts";
import { verbs } from "../src/verbs.ts";
import { temporaryFolder } from "./support.ts";

const compiles = spawnSync("cc", ["--version"]).status === 0;

describe("whichever file call of a command fails or is its last, a fresh process reads a whole record, no epoch comes twice, and what was said is true", () => {
  for (const [index, verb] of verbs.entries()) {
    test(`F2 P2 F3 ${verb.name}`, async (context) => {
      context.skip(!compiles, "needs a C compiler");
      // One fault at each call, in turn; `pnpm --filter @tenure/disk sweep` causes all of them.
      const faultsAt = (call: number): typeof faults => faults.slice((call + index) % faults.length).slice(0, 1);
      const { calls, attempts, hit, wrong } = await sweep({ verb, faultsAt });
      expect(wrong).toEqual([]);
      expect(calls).toBeGreaterThanOrEqual(verb.callsMin);
      expect(attempts).toBe(calls);
      expect(hit).toBeGreaterThan(0);
    });
  }

  test("a lie is found out", async (context) => {
    context.skip(!compiles, "needs a C compiler");
    const verb = verbs.find(({ name }) => name === "release");
    if (verb === undefined) throw new Error("there is no such command");
    const killed = await attempt(buildShim(temporaryFolder()), verb, 1, "before");
    expect(killed.code).toBe(137);
    expect(await judge(verb, { ...killed, code: 0 })).toEqual([expect.stringContaining("it is not there")]);
    killed.place.remove();
  });
});
