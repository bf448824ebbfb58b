import { describe, expect, test } from "vitest";
import { stateChecks, type ExaminedState, type Fired, type StateWrite } from "../src/index.ts";

const write = (atMs: number, more: Partial<StateWrite> = {}): StateWrite => ({
  atMs,
  renewed: true,
  trace: 'a heartbeat like "9999", on one line, in a file of user 0',
  ...more,
});

const renewed: ExaminedState = {
  path: "/srv/state.json",
  holderIdentity: "agent-1",
  epoch: 7,
  leaseDurationMs: 180_000,
  stampAgeMs: 20_000,
  watchedMs: 120_000,
  watchedWhole: false,
  writes: [write(0), write(60_000), write(120_000)],
  differences: [],
  programs: [{ pid: 7, commandLine: "node agent.js agent-1", names: "the holder", opens: null, newerFiles: [] }],
  faults: [],
  freeBytes: 2 ** 40,
  freeFiles: 1e6,
  adoptedAs: [],
};

function fired(more: Partial<ExaminedState>): Fired[] {
  return stateChecks.flatMap(({ look }) => {
    const answer = look({ ...renewed, ...more });
    return answer === null || answer.level === "well" ? [] : [answer];
  });
}

const rules = (more: Partial<ExaminedState>): string[] => fired(more).map(({ ruleId, level }) => `${level} ${ruleId}`);

describe("a foreign leader file", () => {
  test("that is renewed in time by one writer for a holder that is there is well", () => {
    expect(rules({})).toEqual([]);
  });

  test("that is free, or kept by a lease, is asked for no heartbeat and no holder", () => {
    expect(rules({ holderIdentity: null, writes: [], programs: [], stampAgeMs: 1e9 })).toEqual([]);
    expect(rules({ adoptedAs: ["orders"], programs: [] })).toEqual([]);
  });

  test("that is adopted as two leases is ill, and says how one is given up", () => {
    const [twice] = fired({ adoptedAs: ["a", "b"] });
    expect(twice).toMatchObject({ level: "ill", ruleId: "adopted-twice", evidence: [/"a"/u, /"b"/u] });
    expect(twice?.change).toContain("tenure adopt /srv/state.json --undo --name b");
  });

  test("of a hostile name is one word of the command that is told", () => {
    const [twice] = fired({ path: "/srv/it's $(reboot).json", adoptedAs: ["a", "b"] });
    expect(twice?.change).toContain(String.raw`tenure adopt '/srv/it'\''s $(reboot).json' --undo --name b`);
  });

  test("that is written without its heartbeat moving shows a false success", () => {
    expect(rules({ writes: [write(0, { renewed: false })] })).toEqual(["ill false-success"]);
  });

  test("that ran out by its own rule, or stood unchanged for its whole duration, is renewed by nothing", () => {
    expect(rules({ writes: [], stampAgeMs: 300_000 })).toEqual(["ill not-renewed"]);
    expect(rules({ writes: [], stampAgeMs: -5, watchedWhole: true })).toEqual(["ill not-renewed"]);
    expect(fired({ writes: [], stampAgeMs: 20 * 86_400_000 })[0]?.verdict).toMatch(/ran out 20 d ago$/u);
  });

  test("of which nothing was seen in a part of its duration is not judged, and says how long to watch", () => {
    expect(rules({ writes: [] })).toEqual(["warning no-renewal-seen"]);
    expect(fired({ writes: [] })[0]?.change).toContain("--for 180s");
  });

  test("whose holder or epoch changed as a lease never would names the first such change, and the rest as evidence", () => {
    const differences = [
      { kind: "epoch-regression", message: "1 after 7" },
      { kind: "holder-changed-without-release", message: "b replaced a" },
    ];
    expect(fired({ differences })).toMatchObject([
      { ruleId: "epoch-regression", evidence: ["holder-changed-without-release: b replaced a"] },
    ]);
  });

  test("that is written in two ways, or so seldom that one failure loses it, is warned of", () => {
    expect(rules({ writes: [write(0), write(60_000, { trace: "another" })] })).toEqual(["warning second-renewer"]);
    expect(rules({ writes: [write(0), write(100_000)] })).toEqual(["warning late-renewal"]);
    expect(rules({ writes: [write(0), write(90_000)] })).toEqual([]);
  });

  test("names the worst fault of its place first", () => {
    const faults = [
      { level: "warning", fault: "it has 2 names", change: "remove one" },
      { level: "ill", fault: "its disk is full", change: "make room" },
    ] as const;
    expect(fired({ faults })).toMatchObject([
      { verdict: "its disk is full", evidence: ["it has 2 names; remove one"] },
    ]);
  });

  test("on a disk that fills up is warned of, and on a full one ill, as the folder of a store is", () => {
    expect(rules({ freeBytes: 2 ** 25 })).toEqual(["warning file-not-fit"]);
    expect(fired({ freeBytes: 2 ** 25 })[0]?.verdict).toContain("32 MiB");
    expect(rules({ freeBytes: 0 })).toEqual(["ill file-not-fit"]);
    expect(rules({ freeFiles: 0 })).toEqual(["ill file-not-fit"]);
    expect(rules({ freeFiles: null })).toEqual([]);
  });

  test("with a duplicate service, one that runs older code, or a holder nobody sees, says so", () => {
    const [program] = renewed.programs;
    if (program === undefined) throw new Error("there is one");
    expect(fired({ programs: [program, { ...program, pid: 8 }] })[0]).toMatchObject({
      ruleId: "duplicate-renewer",
      confidence: "low",
      change: expect.not.stringContaining("kill") as string,
    });
    expect(rules({ programs: [program, { ...program, pid: 8, opens: "to write" }] })).toHaveLength(1);
    expect(rules({ programs: [program, { ...program, pid: 8, opens: "to read" }] })).toEqual([]);
    expect(rules({ programs: [{ ...program, newerFiles: ["agent.js was changed"] }] })).toEqual([
      "warning fix-not-loaded",
    ]);
    expect(rules({ programs: [{ ...program, names: "the file" }] })).toEqual(["warning holder-not-seen"]);
  });
});
