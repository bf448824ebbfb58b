import { describe, expect, test } from "vitest";
import { mapping } from "../mapping.ts";
import { World } from "../world.ts";

const more = {
  ...mapping,
  messages: [
    ...mapping.messages,
    { kind: "release-refused" as const, match: "^duty not handed in by (?<holder>\\S+)" },
    { kind: "lost" as const, match: "^duty lost by (?<holder>\\S+)" },
  ],
};

describe("who lets go, and how", () => {
  test("a renewal put back to the beginning of time is a release, and no other lease duration", async () => {
    const world = new World();
    for (const [index, at] of [0, 100, 200].entries())
      world
        .says(at, `duty taken by p${index} term ${index + 1}`)
        .state(at, `p${index}`, index + 1)
        .state(at + 60, `p${index}`, index + 1, -1_775_120_400)
        .says(at + 70, `duty of p${index} term ${index + 1} is over since 1775000000 s`);
    const { findings, terms } = await world.diagnosed();
    expect(findings.map(({ ruleId }) => ruleId)).toEqual([]);
    expect(terms.map(({ explanation }) => explanation)).toEqual(Array(3).fill("it was released"));
  });

  test("a release under another identity is refused, and no dead path", async () => {
    const world = new World();
    for (const [index, at] of [0, 200, 400].entries())
      world
        .says(at, `duty taken by p${index} term ${index + 1}`)
        .says(at + 40, `duty not handed in by other-${index}`)
        .says(at + 41, `goodbye from p${index}`);
    const { findings } = await world.diagnosed([more]);
    const ids = findings.map(({ ruleId }) => ruleId);
    expect(ids).toContain("release-wrong-identity");
    expect(ids).not.toContain("release-path-dead");
  });
});

describe("gaps in what is known", () => {
  const sampled = (): World => {
    const world = new World().says(0, "duty taken by a term 1");
    for (const at of [0, 20, 40, 100, 160, 340, 400, 480]) world.state(at, "a", 1);
    return world;
  };

  test("versions of a state that come now and then are no renewals that failed", async () => {
    expect(await sampled().finding("expired-lease-resurrected")).toBeUndefined();
  });

  test("unless somebody saw the lease expired meanwhile", async () => {
    const world = sampled().says(250, "duty of a term 1 is over since 30 s");
    expect(await world.finding("expired-lease-resurrected")).toMatchObject({ part: "cause" });
  });

  test("a renewal that no line shows makes no second lease duration, a shorter count does", async () => {
    const world = (agoS: number): World => {
      const made = new World();
      for (const [index, at] of [0, 300, 600].entries())
        made
          .says(at, `duty taken by p${index} term ${index + 1}`)
          .state(at, `p${index}`, index + 1)
          .says(at + 200, `duty of p${index} term ${index + 1} is over since ${index === 0 ? 140 : agoS} s`);
      return made;
    };
    expect(await world(80).finding("configuration-split")).toBeUndefined();
    expect(await world(170).finding("configuration-split")).toMatchObject({ confidence: "medium" });
  });

  test("a silence that ends with an expired lease is a machine that slept, unless a stalled loop says otherwise", async () => {
    const world = (): World => {
      const made = new World().says(0, "guard up").says(0, "guard looks every 20 s").says(1, "duty taken by a term 1");
      for (let at = 21; at < 200; at += 20) made.says(at, "duty kept by a term 1");
      return made.state(0, "a", 1).says(2_000, "duty of a term 1 is over since 1700 s");
    };
    expect(await world().finding("host-suspended")).toMatchObject({ confidence: "medium" });
    expect(await world().says(2_001, "event loop blocked for 1800 s").finding("host-suspended")).toBeUndefined();
  });
});

describe("two of them", () => {
  test("rows of a registry that change hands show two processes of one name", async () => {
    const world = new World().says(0, "duty taken by a term 1");
    for (const [index, pid] of [7, 7, 8, 7, 8].entries())
      world.roll(index * 20, { who: "a", pid, seen: world.stamp(index * 20) });
    expect(await world.finding("identity-collision")).toMatchObject({ confidence: "high" });
  });

  test("whom a lease was stolen from and who speaks afterwards makes it sure", async () => {
    const world = (): World =>
      new World()
        .state(0, "a", 1)
        .says(0, "duty taken by a term 1")
        .says(20, "duty taken by b term 2")
        .state(20, "b", 2);
    const of = async (made: World): Promise<string | undefined> =>
      (await made.diagnosed([more])).findings.find(({ ruleId }) => ruleId === "stolen-while-valid")?.confidence;
    expect(await of(world())).toBe("medium");
    expect(await of(world().says(30, "duty lost by a"))).toBe("high");
    expect(await of(world().state(10, null, 0))).toBeUndefined();
  });
});

describe("exit codes", () => {
  const ended = (code: number, label: string): World => {
    const world = new World();
    for (let each = 0; each < 3; each++)
      world
        .says(each * 200, `forked ${each + 9}`)
        .says(each * 200 + 1, `duty taken by p${each} term ${each + 1}`)
        .says(each * 200 + 50, `reaped ${each + 9} code ${code} as ${label}`);
    return world;
  };

  test.each([
    [137, "crash", ["holder-crashed"]],
    [1, "crash", ["holder-crashed", "release-path-dead"]],
    [143, "stopped", ["release-path-dead"]],
    [1, "intentional", ["release-path-dead"]],
  ])("%d as %s", async (code, label, expected) => {
    const { findings } = await ended(code, label).diagnosed();
    expect(findings.filter(({ part }) => part === "cause").map(({ ruleId }) => ruleId)).toEqual(expected);
  });
});

describe("who is not the leader", () => {
  test("and ends beside it, ends nobody's term", async () => {
    const world = new World().says(0, "forked 7").says(1, "duty taken by a term 1").state(1, "a", 1);
    for (let at = 21; at < 400; at += 20) world.says(at, "duty kept by a term 1").state(at, "a", 1);
    for (const [index, at] of [100, 200, 300].entries())
      world.says(at, `forked ${index + 8}`).says(at + 9, `reaped ${index + 8} code 0 as crash`);
    const { findings, terms } = await world.diagnosed();
    expect(findings.filter(({ part }) => part === "cause")).toEqual([]);
    expect(terms).toMatchObject([{ endTime: null }]);
  });

  test("is renewed for one cycle at a change of leaders, which is no fault", async () => {
    const world = new World();
    for (const [index, at] of [0, 100, 200].entries()) {
      world.says(at, `duty taken by p${index} term ${index + 1}`);
      for (let cycle = at + 15; cycle < at + 110; cycle += 20)
        world.says(cycle, `keeper visits p${index}`).says(cycle, `keeper: duty of p${index} prolonged`);
    }
    const { findings } = await world.diagnosed();
    expect(findings.filter(({ ruleId }) => /^(?:wrong|false)/u.test(ruleId))).toEqual([]);
  });
});

describe("starts", () => {
  test("that end before they lead, three in a row, are a cause of their own", async () => {
    const world = (count: number): World => {
      const made = new World();
      for (let each = 0; each < count; each++)
        made.says(each * 30, `forked ${each + 9}`).says(each * 30 + 5, `reaped ${each + 9} code 1 as failed`);
      return made;
    };
    expect((await world(4).finding("start-failed"))?.verdict).toContain("4 starts in a row");
    expect(await world(2).finding("start-failed")).toBeUndefined();
  });

  test("that each wait for a lease never reach a limit that is higher", async () => {
    const world = (limit: number): World => {
      const made = new World().says(0, `at most ${limit} forks an hour`).says(0, "guard looks every 20 s");
      for (let each = 0; each < 6; each++)
        made
          .says(each * 100, `forked ${each + 9}`)
          .says(each * 100 + 1, `duty taken by p${each} term ${each + 1}`)
          .state(each * 100 + 1, `p${each}`, each + 1)
          .says(each * 100 + 99, `duty of p${each} term ${each + 1} is over since 38 s`);
      return made;
    };
    expect((await world(90).finding("restart-limit-untrippable"))?.verdict).toContain("60 an hour at most");
    expect(await world(50).finding("restart-limit-untrippable")).toBeUndefined();
  });
});
