import { expect, test } from "vitest";
import { mapping } from "../mapping.ts";
import { history, terms, type World } from "../world.ts";

test("identity-collision needs a writer that comes back after another wrote under its name", async () => {
  const keeps = (...pids: number[]): World => {
    const world = history(terms(1));
    for (const [index, pid] of pids.entries()) world.says(10 + index * 5, `${pid} keeps duty of twin`);
    return world;
  };
  expect(await keeps(7, 7, 7, 8, 8).finding("identity-collision")).toBeUndefined();
  expect(await keeps(7, 8, 7).finding("identity-collision")).toMatchObject({ confidence: "medium" });
  expect(await keeps(7, 8, 7, 8).finding("identity-collision")).toMatchObject({
    part: "cause",
    confidence: "high",
    verdict: expect.stringContaining("twin wrote from one process") as string,
  });
  const hosts = history(terms(1));
  for (const [index, host] of ["a", "b", "a", "b"].entries()) hosts.says(10 + index, `at ${host} duty of twin is kept`);
  expect(await hosts.finding("identity-collision")).toMatchObject({ confidence: "high" });
});

test("identity-collision forgets who wrote before a release, and before a new epoch", async () => {
  const moves = (isTold: boolean): World => {
    const world = history(terms(1));
    for (const [index, host] of ["a", "b", "a", "b"].entries()) {
      world.says(300 + index * 50, `at ${host} duty of twin is kept`);
      if (isTold) world.says(340 + index * 50, "duty handed in by twin");
    }
    return world;
  };
  expect(await moves(false).finding("identity-collision")).toMatchObject({ confidence: "high" });
  expect(await moves(true).finding("identity-collision")).toBeUndefined();
  const begins = {
    kind: "acquired" as const,
    match: "^at (?<instance>\\S+) duty begins for (?<holder>\\S+) term (?<epoch>\\d+)",
  };
  const anew = history(terms(1));
  for (const [index, host] of ["a", "b", "a", "b"].entries())
    anew.says(300 + index * 100, `at ${host} duty begins for twin term ${index + 10}`);
  const { findings } = await anew.diagnosed([{ ...mapping, messages: [begins, ...mapping.messages] }]);
  expect(findings.map(({ ruleId }) => ruleId)).not.toContain("identity-collision");
});
