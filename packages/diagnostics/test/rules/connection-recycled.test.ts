import { expect, test } from "vitest";
import { history, terms, type World } from "../world.ts";

const lostAt = (...times: number[]): World => {
  const world = history(terms(1));
  for (const at of times) world.says(at, "duty lost by printer-0");
  return world;
};

test("connection-recycled: losses right after connections end", async () => {
  const world = lostAt(100, 300);
  expect(await world.finding("connection-recycled")).toBeUndefined();
  for (const at of [98, 299]) world.says(at, "Connection terminated unexpectedly");
  expect(await world.finding("connection-recycled")).toMatchObject({ part: "cause", confidence: "medium" });
});

test("connection-recycled: losses by the clock, with the pool's own number or without", async () => {
  const hourly = [3_600, 7_201, 10_799, 14_400, 18_000];
  expect(await lostAt(3_600, 5_000, 10_799, 12_000, 18_000).finding("connection-recycled")).toBeUndefined();
  expect(await lostAt(...hourly).finding("connection-recycled")).toMatchObject({ confidence: "low" });
  expect(
    await lostAt(...hourly)
      .says(1, "set connectionMaxLifetime to 3600 s")
      .finding("connection-recycled"),
  ).toMatchObject({
    confidence: "high",
    verdict: expect.stringMatching(/5 losses, every 3600(?:\.5)? s, which is the longest life/u) as string,
  });
});
