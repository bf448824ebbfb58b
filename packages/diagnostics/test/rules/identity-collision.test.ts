import { expect, test } from "vitest";
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
