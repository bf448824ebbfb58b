import { describe, expect, test } from "vitest";
import { mapping } from "../mapping.ts";
import { history, terms } from "../world.ts";
import { file, read } from "./file.ts";

const at = Date.UTC(2026, 3, 2, 9, 30);
const version = (minute: number, v: unknown): string => `${JSON.stringify({ t: `2026-04-02T09:0${minute}:00Z`, v })}\n`;
const held = { who: "a", term: 1, ttl: 60_000 };

describe("versions of a state file", () => {
  test("a line that broke off is a torn state, placed after the version before it", async () => {
    const log = `${version(0, held)}{"t":"2026-04-02T09:01:00Z","v":{"wh\n${version(2, held)}`;
    const { findings, unparsed } = await read([file("duty.jsonl", log)], [mapping]);
    expect(findings.find(({ ruleId }) => ruleId === "state-torn")?.evidence).toMatchObject([{ line: 2 }]);
    expect(unparsed).toMatchObject([{ lines: 1, first: { line: 2 } }]);
  });

  test("a whole file that broke off, and one full of zeros, are torn; one that is empty is missing", async () => {
    for (const content of ['{\n  "v": {\n    "who": "a"\n', "\u0000\u0000\u0000\u0000"]) {
      const { findings } = await read([file("duty.jsonl", content, at)], [mapping]);
      expect(
        findings.map(({ ruleId }) => ruleId),
        JSON.stringify(content),
      ).toContain("state-torn");
    }
    const { findings, unparsed } = await read([file("duty.jsonl", "", at)], [mapping]);
    expect(findings).toEqual([]);
    expect(unparsed).toEqual([]);
  });

  test("of what is no state a broken line is only counted", async () => {
    const { findings, unparsed } = await read([file("roll.jsonl", '{"rows": [\n{"who"\n')], [mapping]);
    expect(findings).toEqual([]);
    expect(unparsed).toMatchObject([{ lines: 2 }]);
  });
});

describe("pid files", () => {
  const keeper = {
    name: "keepers that say their number",
    messages: [
      { kind: "renewer-started" as const, match: "^keeper (?<pid>\\d+) up" },
      { kind: "renewer-stopped" as const, match: "^keeper (?<pid>\\d+) down" },
    ],
  };
  const log = (...lines: readonly string[]): string =>
    lines.map((line, index) => `[2026-04-02T09:0${index}:00Z] [INFO] ${line}\n`).join("");

  test("a renewal service that runs beside the one its pid file names is a second one", async () => {
    const ruleIds = async (pid: string, ...lines: readonly string[]): Promise<string[]> => {
      const sources = [file("run/keeper.pid", pid, at), file("keeper.log", log("set every 20 s", ...lines))];
      const interval = { kind: "setting" as const, match: "every (?<valueS>\\d+) s", set: { label: "renewInterval" } };
      const document = await read(sources, [{ ...keeper, messages: [...keeper.messages, interval] }]);
      return document.findings.map(({ ruleId }) => ruleId);
    };
    expect(await ruleIds("7\n", "keeper 7 up", "keeper 8 up")).toContain("duplicate-renewer");
    expect(await ruleIds("8\n", "keeper 7 up", "keeper 7 down", "keeper 8 up")).not.toContain("duplicate-renewer");
    expect(await ruleIds("99\n", "keeper 7 up", "keeper 8 up")).not.toContain("duplicate-renewer");
  });

  test("what is no number is counted", async () => {
    const { unparsed } = await read([file("x.pid", "0\n"), file("y.pid", "seven\n"), file("z.pid", " 12 \n")]);
    expect(unparsed.map(({ file: name }) => name)).toEqual(["x.pid", "y.pid"]);
  });
});

test("slashes in a date, as Go's own log writes it", async () => {
  const world = history(terms(1));
  expect((await world.diagnosed()).terms).toHaveLength(1);
  const { terms: told } = await read([file("a.log", "2026/04/02 09:00:00 duty taken by a term 1\n")], [mapping]);
  expect(told).toMatchObject([{ acquireTime: "2026-04-02T09:00:00.000Z" }]);
});
