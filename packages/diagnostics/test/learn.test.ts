import { mappingSchema } from "@tenure/schema";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diagnose, learn, type Draft, type Source } from "../src/index.ts";
import { history, terms, type World } from "./world.ts";

function file(name: string, text: string): Source {
  return {
    name,
    chunks: (async function* () {
      await Promise.resolve();
      yield Buffer.from(text);
    })(),
  };
}

async function drafted(world: World): Promise<Draft> {
  return await learn(world.sources());
}

function kindsOf({ mapping }: Draft): string[] {
  return [...new Set(mapping.messages.map(({ kind }) => kind))].toSorted();
}

describe("a mapping drafted from logs that nobody described", () => {
  test("reads them as they were meant, without a correction", async () => {
    const abandoned = history(terms(6, { releases: false }));
    const { mapping } = await drafted(abandoned);
    const { findings, terms: found } = await abandoned.diagnosed([mapping]);
    expect(found).toMatchObject(
      Array.from({ length: 6 }, (_, index) => ({ holderIdentity: `printer-${index}`, epoch: index + 1 })),
    );
    expect(findings.map(({ ruleId }) => ruleId)).toEqual(
      expect.arrayContaining(["exited-without-release", "release-path-dead", "holder-ended-renewals-healthy"]),
    );
    const healthy = history(terms(6));
    const released = await healthy.diagnosed([(await drafted(healthy)).mapping]);
    expect(released.terms.map(({ explanation }) => explanation)).toEqual(
      Array.from({ length: 6 }, () => "it was released"),
    );
  });

  test("takes names, epochs and times from the fields of JSON lines", async () => {
    const line = (minute: number, msg: string, rest: object): string =>
      JSON.stringify({ when: `2026-04-02T09:0${minute}:00Z`, sentence: msg, ...rest });
    const log = [
      line(0, "lease acquired by this node", { holder: "node-a", epoch: 4 }),
      line(1, "lease renewed by this node", { holder: "node-a", epoch: 4 }),
      line(2, "lease released by this node", { holder: "node-a", epoch: 4 }),
      line(3, "lease acquired by this node", { holder: "node-b", epoch: 5 }),
    ].join("\n");
    const draft = await learn([file("a.log", log)]);
    // Beside the usual names, by which other files of the same folder are read.
    expect(draft.mapping.fields?.time).toEqual(expect.arrayContaining(["when", "timestamp"]));
    expect(draft.mapping.fields?.message).toEqual(expect.arrayContaining(["sentence", "message"]));
    expect(kindsOf(draft)).toEqual(["acquired", "released", "renewed"]);
    const { terms: found } = await diagnose([file("a.log", log)], { mappings: [draft.mapping] });
    expect(found).toMatchObject([
      { holderIdentity: "node-a", epoch: 4, renewals: 1, explanation: "it was released" },
      { holderIdentity: "node-b", epoch: 5 },
    ]);
  });

  test("takes who took over from the source of the line, and who led before from its text", async () => {
    const log = "[2026-04-02T09:00:00Z] [WARN] [node-7] Took over the lease from stale leader node-3 (epoch 12)\n";
    const { mapping, notes } = await learn([file("a.log", log)]);
    const { terms: found } = await diagnose([file("a.log", log)], { mappings: [mapping] });
    expect(found).toMatchObject([{ holderIdentity: "node-7", epoch: 12 }]);
    expect(notes.flatMap(({ doubts }) => doubts)).toContain("whether the source of the line is the holder");
  });

  test("finds a state file, its rows, and what it is not sure of", async () => {
    const state = JSON.stringify({
      saved: 1,
      data: { leader_id: "a", leader_epoch: 3, last_heartbeat: "2026-04-02T09:00:00Z" },
    });
    const rows = JSON.stringify({
      time: "2026-04-02T09:00:00Z",
      agents: [{ id: 1, agent_id: "a", pid: 4, last_heartbeat: "2026-04-02T09:00:00Z" }],
    });
    const { mapping, notes } = await learn([file("logs/state.jsonl", state), file("roll.json", rows)]);
    expect(mapping.states).toEqual([
      {
        kind: "state",
        file: "state\\.jsonl$",
        document: "/data",
        facts: { holder: "/leader_id", epoch: "/leader_epoch", renewTime: "/last_heartbeat" },
      },
      {
        kind: "registry-row",
        file: "roll\\.json$",
        rows: "/agents",
        time: "/time",
        facts: { holder: "/agent_id", pid: "/pid", renewTime: "/last_heartbeat" },
      },
    ]);
    expect(notes[0]?.doubts).toEqual([
      "it has no time of its own beside the renewal's",
      "no field of it looks like the lease duration",
    ]);
  });

  test("says what it did not find, and shows lines of leases that it cannot place", async () => {
    const { mapping, notes } = await learn([file("a.log", "[2026-04-02T09:00:00Z] the lease is purple\n")]);
    expect(mapping.messages).toEqual([]);
    expect(notes.map(({ what }) => what)).toEqual(
      expect.arrayContaining([
        "no acquired found",
        "no released found",
        "of leases, by its words, but of no kind known here",
      ]),
    );
  });

  test("of any text makes a mapping that its schema takes, whose patterns match the lines they came from", async () => {
    const words = fc.constantFrom(
      "lease",
      "acquired",
      "by",
      "(x",
      "[",
      "a.b*c",
      "\\",
      "$^",
      "epoch",
      "7",
      "57s",
      "{",
      "renewed",
      "€",
      "-",
      "/",
    );
    const line = fc
      .array(words, { minLength: 1, maxLength: 12 })
      .map((all) => `[2026-04-02T09:00:00Z] [INFO] ${all.join(" ")}`);
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 8 }), async (lines) => {
        const { mapping, notes } = await learn([file("a.log", lines.join("\n"))]);
        expect(mappingSchema.parse(mapping)).toEqual(mapping);
        for (const { match, kind } of mapping.messages) {
          const { example } = notes.find(({ what }) => what === `${kind}: ${match}`) ?? {};
          expect((example?.text ?? "").slice("[2026-04-02T09:00:00Z] [INFO] ".length)).toMatch(new RegExp(match, "u"));
        }
      }),
      { numRuns: 100 },
    );
  });

  test("ten thousand kinds of messages take no more room than two thousand, and the rest is counted", async () => {
    const letters = (index: number): string =>
      String(index).replaceAll(/\d/gu, (digit) => "abcdefghij"[Number(digit)] ?? "");
    const lines = Array.from({ length: 10_000 }, (_, index) => `${letters(index)} ${letters(index + 3)} lease`);
    const { notes } = await learn([file("a.log", lines.join("\n"))]);
    expect(notes.find(({ what }) => what.startsWith("not looked at"))?.lines).toBeGreaterThan(7_000);
  });
});
