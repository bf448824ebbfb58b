import { describe, expect, test } from "vitest";
import { history, holderOf, terms, type World } from "../world.ts";

/** A keeper that visits somebody every 20 s. */
function visits(world: World, who: string, from = 5, to = 900): World {
  for (let at = from; at < to; at += 20) world.says(at, `keeper visits ${who}`);
  return world;
}

const abandoned = terms(5, { releases: false });

describe("services that renew for others", () => {
  test("wrong-holder-renewed warns of the naive repair", async () => {
    const finding = await visits(history(abandoned), "old-boss").finding("wrong-holder-renewed");
    expect(finding?.verdict).toMatch(/in 45 of 45 cycles, always the same/u);
    expect(finding?.change).toMatch(/would keep dead leaders in office for ever/u);
    const right = visits(history(terms(1, { lifeS: 150 })), holderOf(0), 5, 150);
    expect(await right.finding("wrong-holder-renewed")).toBeUndefined();
  });

  test("false-success sees the refusal beside the claim", async () => {
    const world = history(abandoned);
    for (const at of [10, 30, 50])
      world.says(at, "keeper: not on duty").says(at, "keeper: duty of printer-0 prolonged");
    expect(await world.finding("false-success")).toMatchObject({
      verdict: expect.stringMatching(/^3 of 3/u) as string,
    });
    const honest = history(abandoned);
    for (const at of [10, 30, 50]) honest.says(at, "keeper: duty of printer-0 prolonged");
    expect(await honest.finding("false-success")).toBeUndefined();
  });

  const ghost = (at: number, seen = at): object => ({
    who: "old-boss",
    pid: 9,
    seen: `2026-04-02T09:${String(Math.floor(seen / 60)).padStart(2, "0")}:${String(seen % 60).padStart(2, "0")}Z`,
    since: "2026-03-30T00:00:00Z",
  });

  test("ghost-kept-alive goes when the row is stale, or its owner speaks", async () => {
    const haunted = (seen?: number): World =>
      visits(history(abandoned), "old-boss").roll(100, ghost(100, seen)).roll(200, ghost(200, seen));
    expect(await haunted().finding("ghost-kept-alive")).toMatchObject({ part: "contributor" });
    expect(await haunted(0).finding("ghost-kept-alive")).toBeUndefined();
    expect(await haunted().says(50, "hello from old-boss").finding("ghost-kept-alive")).toBeUndefined();
  });

  test("writer-identified reads who wrote from how the time is written", async () => {
    const world = visits(history(abandoned), "old-boss").roll(100, ghost(100)).roll(200, ghost(200));
    expect(await world.finding("writer-identified")).toMatchObject({
      verdict: expect.stringContaining("like dddd-dd-ddTdd:dd:ddZ") as string,
    });
    expect(await visits(history(abandoned), "old-boss").finding("writer-identified")).toBeUndefined();
  });

  test("duplicate-renewer sees two phases, and one that goes on after the stop", async () => {
    expect(await visits(history(abandoned), "x").finding("duplicate-renewer")).toBeUndefined();
    const two = visits(visits(history(abandoned), "x"), "x", 12);
    expect(await two.finding("duplicate-renewer")).toMatchObject({ part: "contributor" });
    const orphaned = visits(history(abandoned), "x").says(1, "keeper up with stop").says(300, "keeper down");
    expect(await orphaned.finding("duplicate-renewer")).toMatchObject({
      confidence: "high",
      verdict: expect.stringContaining("taken for the path of a pid file") as string,
    });
  });

  test("zombie-lease sees renewals after the end", async () => {
    const world = history(terms(1, { releases: false, lifeS: 50 }));
    expect(await world.finding("zombie-lease")).toBeUndefined();
    world.state(100, holderOf(0), 1).state(120, holderOf(0), 1);
    expect(await world.finding("zombie-lease")).toMatchObject({ part: "cause" });
  });

  test("expired-lease-resurrected measures against the lease's own duration", async () => {
    const world = history(terms(1, { lifeS: 50 }));
    expect(await world.finding("expired-lease-resurrected")).toBeUndefined();
    world.says(140, `duty kept by ${holderOf(0)} term 1`);
    expect(await world.finding("expired-lease-resurrected")).toMatchObject({
      verdict: expect.stringMatching(/97 s between two renewals/u) as string,
    });
  });
});
