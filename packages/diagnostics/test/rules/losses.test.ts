import { describe, expect, test } from "vitest";
import { history, terms, TERM_S } from "../world.ts";

const end = 2 * TERM_S;

describe("what others say before a loss", () => {
  test.each([
    ["store-slow", "apply request took too long"],
    ["store-unreachable", "renewing: connect ECONNREFUSED 10.0.0.1:2379"],
    ["store-failover", "etcdserver: leader changed"],
    ["permission-denied", "leases.coordination.k8s.io is forbidden: User cannot update"],
    ["event-loop-stall", "event loop blocked for 31 s"],
    ["clock-step", "System clock wrong by 3600.1 seconds"],
  ])("%s counts only where a loss follows within the lease", async (ruleId, line) => {
    const world = history(terms(2)).says(end, line);
    expect(await world.finding(ruleId)).toBeUndefined();
    expect(await world.says(end + 90, "stopped leading").finding(ruleId)).toBeUndefined();
    const finding = await world.says(end + 30, "failed to renew lease default/press").finding(ruleId);
    expect(finding).toMatchObject({ part: "cause", confidence: "medium" });
    expect(finding?.evidence.map(({ text }) => text.includes(line))).toEqual([true, false]);
  });

  test("host-suspended believes the kernel", async () => {
    expect(await history(terms(2)).says(50, "PM: suspend entry (deep)").finding("host-suspended")).toMatchObject({
      confidence: "high",
    });
  });

  test("stolen-while-valid needs a lease that had time left, and no end", async () => {
    const taken = (at: number): ReturnType<typeof history> =>
      history(terms(2))
        .says(end, "duty taken by a term 3")
        .says(end + at, "duty taken by b term 4");
    expect(await taken(20).finding("stolen-while-valid")).toMatchObject({
      verdict: expect.stringContaining("40 s were left") as string,
    });
    expect(await taken(61).finding("stolen-while-valid")).toBeUndefined();
    expect(
      await taken(20)
        .says(end + 10, "duty handed in by a")
        .finding("stolen-while-valid"),
    ).toBeUndefined();
  });
});
