import type { Finding, Mapping } from "@tenure/schema";
import { describe, expect, test } from "vitest";
import { mapping } from "../mapping.ts";
import { history, holderOf, terms, TERM_S, World } from "../world.ts";

/** What the print servers say of their work, their limits and their guards, besides what every test's mapping knows. */
const more: Mapping = {
  name: "more of the print servers",
  messages: [
    { kind: "worked", match: "^(?<holder>\\S+) prints" },
    { kind: "lost", match: "^duty lost by (?<holder>\\S+)" },
    { kind: "renew-conflict", match: "^duty refused to (?<holder>\\S+)" },
    { kind: "renew-failed", match: "^duty not kept" },
    { kind: "renewed", match: "^(?<pid>\\d+) keeps duty of (?<holder>\\S+)" },
    { kind: "renewed", match: "^at (?<instance>\\S+) duty of (?<holder>\\S+) is kept" },
    { kind: "killed", match: "^guard ends (?<pid>\\d+), silent for (?<ageS>\\d+) s" },
    { kind: "gave-up", match: "^guard gives up" },
    { kind: "setting", match: "^set (?<label>\\w+) to (?<valueS>[\\d.]+) s" },
    { kind: "setting", match: "^set (?<label>\\w+) to (?<value>[\\d.]+)$" },
  ],
};

async function found(world: World, ruleId: string): Promise<Finding | undefined> {
  const { findings } = await world.diagnosed([more, mapping]);
  return findings.find((each) => each.ruleId === ruleId);
}

const end = 2 * TERM_S;

/** A third leader, who takes over at `end` and keeps the lease on its beat until then. */
function led(untilS: number, world = history(terms(2))): World {
  world.says(end, "duty taken by third term 3");
  for (let at = 20; at <= untilS; at += 20) world.says(end + at, "duty kept by third term 3");
  return world;
}

describe("work that outlives the lease", () => {
  test("released-early sees work after the release, and who led by then", async () => {
    const released = (): World =>
      led(40)
        .says(end + 50, "duty handed in by third")
        .says(end + 40, "third prints");
    expect(await found(released(), "released-early")).toBeUndefined();
    const worked = released().says(end + 60, "third prints");
    expect(await found(worked, "released-early")).toMatchObject({
      part: "cause",
      confidence: "medium",
      verdict: expect.stringMatching(/in 1 term .* up to 10 s after its release$/u) as string,
    });
    expect(await found(worked.says(end + 55, "duty taken by next term 4"), "released-early")).toMatchObject({
      confidence: "high",
      verdict: expect.stringContaining("while the next one already led") as string,
    });
  });

  test("released-early forgets what the holder does in its next term", async () => {
    const again = led(40)
      .says(end + 50, "duty handed in by third")
      .says(end + 70, "duty taken by third term 4")
      .says(end + 75, "third prints");
    expect(await found(again, "released-early")).toBeUndefined();
  });

  test("stop-overran measures against what the timing leaves for stopping", async () => {
    const lost = (): World =>
      led(20)
        .says(1, "set renewDeadline to 50 s")
        .says(end + 70, "duty lost by third");
    expect(await found(lost().says(end + 79, "third prints"), "stop-overran")).toBeUndefined();
    const finding = await found(lost().says(end + 85, "third prints"), "stop-overran");
    expect(finding).toMatchObject({
      part: "cause",
      confidence: "high",
      verdict: expect.stringMatching(/up to 15 s after .* where 10 s are left/u) as string,
    });
    expect(finding?.evidence.map(({ text }) => text.slice(34))).toEqual(["duty lost by third", "third prints"]);
  });
});

describe("who wrote", () => {
  test("identity-collision needs a writer that comes back after another wrote under its name", async () => {
    const keeps = (...pids: number[]): World => {
      const world = history(terms(1));
      for (const [index, pid] of pids.entries()) world.says(10 + index * 5, `${pid} keeps duty of twin`);
      return world;
    };
    expect(await found(keeps(7, 7, 7, 8, 8), "identity-collision")).toBeUndefined();
    expect(await found(keeps(7, 8, 7), "identity-collision")).toMatchObject({ confidence: "medium" });
    expect(await found(keeps(7, 8, 7, 8), "identity-collision")).toMatchObject({
      part: "cause",
      confidence: "high",
      verdict: expect.stringContaining("twin wrote from one process") as string,
    });
    const hosts = history(terms(1));
    for (const [index, host] of ["a", "b", "a", "b"].entries())
      hosts.says(10 + index, `at ${host} duty of twin is kept`);
    expect(await found(hosts, "identity-collision")).toMatchObject({ confidence: "high" });
  });

  test("race-lost is a late holder's refused write, and nobody's whose lease was still valid", async () => {
    const race = (takenS: number, who = "third"): World =>
      led(20)
        .says(end + takenS, "duty taken by next term 4")
        .says(end + takenS + 2, `duty refused to ${who}`);
    expect(await found(race(85), "race-lost")).toMatchObject({
      part: "cause",
      confidence: "high",
      verdict: expect.stringMatching(/65 s after its last renewal, in a lease of 60 s/u) as string,
    });
    expect(await found(race(85, "somebody-else"), "race-lost")).toBeUndefined();
    expect(await found(race(50), "race-lost")).toBeUndefined();
    expect(await found(race(85).says(end + 40, "duty handed in by third"), "race-lost")).toBeUndefined();
  });

  test("renewal-stopped needs a holder that lives and no failed try", async () => {
    const silent = (): World => led(20).says(end + 90, "duty of third term 3 is over since 10 s");
    expect(await found(silent(), "renewal-stopped")).toBeUndefined();
    const alive = silent().says(end + 75, "third prints");
    expect(await found(alive, "renewal-stopped")).toMatchObject({
      part: "cause",
      verdict: expect.stringMatching(/seen 55 s after its last renewal/u) as string,
    });
    expect(await found(alive.says(end + 45, "duty not kept"), "renewal-stopped")).toBeUndefined();
  });
});

describe("the state itself", () => {
  test("state-torn counts versions that are no document, and parsers' complaints only where something came of them", async () => {
    expect(await found(history(terms(2)), "state-torn")).toBeUndefined();
    const told = history(terms(2)).says(end, "SyntaxError: Unexpected end of JSON input");
    expect(await found(told, "state-torn")).toBeUndefined();
    expect(await found(told.says(end + 20, "duty lost by printer-1"), "state-torn")).toMatchObject({
      part: "cause",
      confidence: "medium",
    });
  });
});

describe("the timing that was set", () => {
  const set = (settings: Readonly<Record<string, string>>): World => {
    const world = new World();
    for (const [label, value] of Object.entries(settings)) world.says(1, `set ${label} to ${value}`);
    return world;
  };
  const healthy = { leaseDuration: "15 s", renewDeadline: "10 s", renewInterval: "2 s", jitterFactor: "1.2" };

  test("unsafe-timing and no-retry-fits are silent where a safe rest exists", async () => {
    for (const ruleId of ["unsafe-timing", "no-retry-fits"]) {
      expect(await found(set(healthy), ruleId), ruleId).toBeUndefined();
      expect(await found(set({ leaseDuration: "180 s", renewInterval: "60 s" }), ruleId), ruleId).toBeUndefined();
      expect(await found(set({ renewInterval: "60 s" }), ruleId), ruleId).toBeUndefined();
    }
  });

  test("unsafe-timing shows the sum that two leaders come from", async () => {
    const finding = await found(set({ ...healthy, renewDeadline: "14 s", stopTimeout: "5 s" }), "unsafe-timing");
    expect(finding?.verdict).toMatch(/goes on for 14 s .* needs 5 s to stop.* take over after 15 s .*= 19s > 15s/u);
    expect(finding?.evidence).toHaveLength(5);
    expect(await found(set({ ...healthy, stopTimeout: "5 s" }), "unsafe-timing")).toBeUndefined();
  });

  test("no-retry-fits is a danger until a renewal fails, and then the cause", async () => {
    const tight = (): World => set({ ...healthy, renewDeadline: "14 s", renewInterval: "11 s" });
    expect(await found(tight(), "no-retry-fits")).toMatchObject({ part: "contributor", confidence: "medium" });
    expect(await found(tight().says(5, "duty not kept"), "no-retry-fits")).toMatchObject({
      part: "cause",
      confidence: "high",
    });
    const slow = { ...healthy, requestTimeout: "5 s" };
    expect(await found(set(slow), "no-retry-fits")).toMatchObject({
      verdict: expect.stringContaining("a second try does not fit into the 10 s") as string,
    });
  });

  test("numbers that are no timing break nothing", async () => {
    const odd = set({ leaseDuration: "99999999999999999999 s", jitterFactor: "0", renewInterval: "0.0001 s" });
    expect(await found(odd, "unsafe-timing")).toBeUndefined();
  });
});

describe("restarts", () => {
  const limited = (delayS: number, windowS = 20): World =>
    new World()
      .says(1, "set restartBurst to 5")
      .says(1, `set restartWindow to ${windowS} s`)
      .says(1, `set restartDelay to ${delayS} s`);

  test("restart-limit-untrippable does the sum, and is silent where anybody gave up", async () => {
    expect(await found(limited(3), "restart-limit-untrippable")).toBeUndefined();
    expect(await found(limited(5), "restart-limit-untrippable")).toMatchObject({
      part: "contributor",
      verdict: expect.stringMatching(
        /5 restarts with 5 s before each take 25 s, and only the last 20 s count/u,
      ) as string,
    });
    expect(await found(limited(5).says(9, "guard gives up"), "restart-limit-untrippable")).toBeUndefined();
    expect(await found(limited(0, 0), "restart-limit-untrippable")).toMatchObject({
      verdict: expect.stringContaining("turns it off") as string,
    });
  });

  test("restart-limit-untrippable sees a limit that did not trip", async () => {
    const storm = limited(1);
    for (let index = 0; index < 6; index++) storm.says(10 + index * 2, `forked ${index}`);
    expect(await found(storm, "restart-limit-untrippable")).toBeUndefined();
    expect(await found(storm.says(23, "forked 7"), "restart-limit-untrippable")).toMatchObject({
      confidence: "medium",
    });
  });

  test("newborn-killed: a heartbeat older than the process is its predecessor's", async () => {
    const killed = (silentS: number): World =>
      new World().says(10, "forked 7").says(40, `guard ends 7, silent for ${silentS} s`);
    expect(await found(killed(25), "newborn-killed")).toBeUndefined();
    expect(await found(killed(300), "newborn-killed")).toMatchObject({
      part: "cause",
      confidence: "high",
      verdict: expect.stringMatching(/30 s after its start for being silent for 300 s/u) as string,
    });
  });

  test("newborn-killed: three that never came up were not given the time", async () => {
    const killed = (count: number): World => {
      const world = new World();
      for (let index = 0; index < count; index++)
        world.says(index * 100, `forked ${index}`).says(index * 100 + 30, `guard ends ${index}, silent for 30 s`);
      return world;
    };
    expect(await found(killed(2), "newborn-killed")).toBeUndefined();
    expect(await found(killed(3), "newborn-killed")).toMatchObject({ confidence: "medium" });
    const spoke = killed(3).says(5, `hello from ${holderOf(0)}`);
    expect(await found(spoke, "newborn-killed")).toBeUndefined();
  });
});

describe("losses that come by themselves", () => {
  const lostAt = (...times: number[]): World => {
    const world = history(terms(1));
    for (const at of times) world.says(at, "duty lost by printer-0");
    return world;
  };

  test("connection-recycled: losses right after connections end", async () => {
    const world = lostAt(100, 300);
    expect(await found(world, "connection-recycled")).toBeUndefined();
    for (const at of [98, 299]) world.says(at, "Connection terminated unexpectedly");
    expect(await found(world, "connection-recycled")).toMatchObject({ part: "cause", confidence: "medium" });
  });

  test("connection-recycled: losses by the clock, with the pool's own number or without", async () => {
    const hourly = [3_600, 7_201, 10_799, 14_400, 18_000];
    expect(await found(lostAt(3_600, 5_000, 10_799, 12_000, 18_000), "connection-recycled")).toBeUndefined();
    expect(await found(lostAt(...hourly), "connection-recycled")).toMatchObject({ confidence: "low" });
    expect(
      await found(lostAt(...hourly).says(1, "set connectionMaxLifetime to 3600 s"), "connection-recycled"),
    ).toMatchObject({
      confidence: "high",
      verdict: expect.stringMatching(/5 losses, every 3600(?:\.5)? s, which is the longest life/u) as string,
    });
  });

  test("cpu-starved counts only before a loss", async () => {
    const world = history(terms(2)).says(end, "watchdog: BUG: soft lockup - CPU#0 stuck for 23s!");
    expect(await found(world, "cpu-starved")).toBeUndefined();
    expect(await found(world.says(end + 20, "duty lost by printer-1"), "cpu-starved")).toMatchObject({ part: "cause" });
  });
});
