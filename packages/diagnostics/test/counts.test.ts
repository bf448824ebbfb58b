import { expect, test } from "vitest";
import { restarts } from "../src/doctor/restarts.ts";
import { counted, times } from "../src/index.ts";
import { history, terms, TERM_S } from "./world.ts";

test("one is one, in figures and in words", () => {
  expect([0, 1, 2].map((count) => counted(count, "term"))).toEqual(["0 terms", "1 term", "2 terms"]);
  expect([1, 2].map((count) => counted(count, "loss", "losses"))).toEqual(["1 loss", "2 losses"]);
  expect([0, 1, 2].map(times)).toEqual(["0 times", "once", "2 times"]);
});

test("what happened once is told so", async () => {
  const world = history(terms(3));
  world.state(3 * TERM_S - 5, null, 0).says(3 * TERM_S, "duty taken by stranger term 1");
  expect((await world.finding("epoch-regression"))?.verdict).toContain("at a new holder (1 time),");
  const killed = await history(terms(1, { releases: false, exitCode: 137 })).finding("holder-crashed");
  expect(killed?.verdict).toMatch(/^1 of 1 holder did .*a kill -9, 1 time\)/u);
});

test("restarts are counted over a time that is never told as none", () => {
  const told = (count: number, windowMs: number): string =>
    restarts.look({ name: "orders", restarts: { count, burst: 5, windowMs } } as Parameters<typeof restarts.look>[0])
      ?.verdict ?? "";
  expect(told(1, 600_000)).toBe("1 restart in 10 min (6 an hour) of 5 that its budget allows");
  expect(told(2, 20_000)).toBe("2 restarts in 20 s (360 an hour) of 5 that its budget allows");
});
