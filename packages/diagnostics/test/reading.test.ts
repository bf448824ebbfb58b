import { readFileSync } from "node:fs";
import { findingDocumentSchema, type Mapping } from "@tenure/schema";
import { describe, expect, test } from "vitest";
import { diagnose, type Source } from "../src/index.ts";
import { mapping } from "./mapping.ts";
import { history, terms, World } from "./world.ts";

function file(name: string, text: string): Source {
  return {
    name,
    chunks: (async function* () {
      await Promise.resolve();
      yield Buffer.from(text);
    })(),
  };
}

/** As the mapping, wherever in a line it stands. */
const anywhere: Mapping = {
  name: "anywhere",
  messages: [{ kind: "acquired", match: "duty taken by (?<holder>\\S+) term (?<epoch>\\d+)" }],
};

describe("what cannot be read", () => {
  test("is counted, with the first such line, and the rest counts", async () => {
    const log = '{"time":"2026-04-02T09:00:00Z","msg":"duty taken by a term 1"}\n{"time": torn\nno time at all\n\n';
    const { unparsed, terms, lines, files } = await diagnose([file("a.log", log)], { mappings: [mapping] });
    expect(unparsed).toEqual([{ file: "a.log", lines: 2, first: { file: "a.log", line: 2, text: '{"time": torn' } }]);
    expect(terms).toMatchObject([{ holderIdentity: "a", epoch: 1, acquireTime: "2026-04-02T09:00:00.000Z" }]);
    expect({ lines, files }).toEqual({ lines: 4, files: 1 });
  });

  test("nothing at all leaves a diagnosis that names what is missing", async () => {
    const { verdict, findings, missing } = await diagnose([file("a.log", "\n")]);
    expect(findings).toEqual([]);
    expect(missing).toHaveLength(4);
    expect(verdict).toMatch(/^No line of this file is known to tell of a lease.* What is missing: who acquired the/u);
    const empty = await diagnose([file("a.log", "")]);
    expect(empty.verdict).toMatch(/^There is not one line in this file\. What is missing: who acquired the lease/u);
  });

  test("a line of megabytes takes no more memory than its bound, and is counted", async () => {
    const { unparsed } = await diagnose([file("a.log", `${"x".repeat(3_000_000)}\n[2026-04-02T09:00:00Z] fine\n`)]);
    expect(unparsed).toMatchObject([{ lines: 1, first: { line: 1 } }]);
  });
});

test("one event in several logs, and many times in one, counts once", async () => {
  const line = "[2026-04-02T09:00:00Z] [INFO] duty taken by a term 1\n";
  const json = '{"ts":1775120400123,"message":"duty taken by a term 1"}\n';
  const { terms } = await diagnose([file("a.log", line + line), file("b.log", json + json)], { mappings: [mapping] });
  expect(terms).toHaveLength(1);
});

test("times are read in every zone and unit that logs use", async () => {
  const times = [
    '"2026-04-02T11:00:00+02:00"',
    '"2026-04-02 09:00:00,000"',
    '"2026-04-02T11:00:00+02"',
    '"2026-04-02 11:00:00.000+0200"',
    '"2026-04-02 11:00:00 +0200"',
    '"2026-04-02 11:00:00.000000000 +0200 CEST"',
    '"2026-04-02 05:30:00 -03:30"',
    '"2026/04/02 09:00:00 UTC"',
    '"2026-04-02 09:00:00GMT"',
    "1775120400",
    "1775120400000",
    "1775120400000000",
  ];
  for (const time of times) {
    const { terms } = await diagnose([file("a.log", `{"time":${time},"msg":"duty taken by a term 1"}\n`)], {
      mappings: [mapping],
    });
    expect(terms[0]?.acquireTime, time).toBe("2026-04-02T09:00:00.000Z");
  }
});

test.each([
  "2026-04-02 11:00:00.123+02",
  "2026-04-02 11:00:00.123 +0200",
  "[2026-04-02 11:00:00.123 +02:00]",
  "2026-04-02 05:30:00.123-0330 [INFO]",
  "2026-04-02 09:00:00.123 UTC",
  "2026-04-02 11:00:00.123 +0200 CEST INFO",
  "[2026-04-02 09:00:00.123 GMT] [INFO]",
  "2026-04-02 09:00:00.123",
])("%s at the head of a line is that time", async (head) => {
  const { terms, unparsed } = await diagnose([file("a.log", `${head} duty taken by a term 1\n`)], {
    mappings: [mapping],
  });
  expect(terms).toMatchObject([{ holderIdentity: "a", acquireTime: "2026-04-02T09:00:00.123Z" }]);
  expect(unparsed).toEqual([]);
});

test("a number behind a time is no zone", async () => {
  const numbers: Mapping = { name: "numbers", messages: [{ kind: "acquired", match: "^-1234 to (?<holder>.+)$" }] };
  const { terms } = await diagnose([file("a.log", "2026-04-02 09:00:00 -1234 to a\n")], { mappings: [numbers] });
  expect(terms).toMatchObject([{ holderIdentity: "a", acquireTime: "2026-04-02T09:00:00.000Z" }]);
});

test.each([
  ["a zone that is a word", "2026-04-02 11:00:00.000 CEST duty taken by a term 1"],
  ["a zone that is a word, in brackets", "[2026-04-02 11:00:00 EST] [INFO] duty taken by a term 1"],
  ["a day that there is not", "2026-13-02T11:00:00Z duty taken by a term 1"],
  ["a zone that is a word, in JSON", '{"time":"2026-04-02 11:00:00 CEST","msg":"duty taken by a term 1"}'],
  ["a month by its name", '{"time":"02/Apr/2026:09:00:00 +0000","msg":"duty taken by a term 1"}'],
  ["a month by its name, in pairs", 'time=02/Apr/2026:09:00:00 level=info msg="duty taken by a term 1"'],
  ["a year that nobody knows", "Apr  2 09:00:00 north duty[7]: duty taken by a term 1"],
  ["an order that is not known", "02.04.2026 09:00:00 duty taken by a term 1"],
])("a line whose time cannot be read is counted as not understood: %s", async (_, line) => {
  const { unparsed, terms } = await diagnose([file("a.log", `${line}\n`)], { mappings: [anywhere] });
  expect(unparsed).toMatchObject([{ lines: 1, first: { line: 1 } }]);
  // It is no time in UTC either.
  expect(terms.map(({ acquireTime }) => acquireTime)).not.toContain("2026-04-02T11:00:00.000Z");
});

test("a line that says what happened and not when is none of these", async () => {
  const { unparsed } = await diagnose([file("a.log", "2026-04-02T09:00:00Z up\nduty taken by a term 1\n")], {
    mappings: [mapping],
  });
  expect(unparsed).toEqual([]);
});

test("every diagnosis is what its schema says", async () => {
  for (const world of [new World(), history(terms(6)), history(terms(6, { releases: false }))]) {
    const document = await world.diagnosed();
    expect(findingDocumentSchema.parse(document)).toEqual(document);
  }
});

test("without the mapping nothing is understood, and it says so", async () => {
  const { verdict } = await history(terms(6, { releases: false })).diagnosed([]);
  expect(verdict).toMatch(/^No line of these files is known to tell of a lease, so I cannot tell why one was lost\./u);
});

test("the shipped mapping is one", async () => {
  const { mappingSchema } = await import("@tenure/schema");
  const path = new URL("../../../examples/mappings/orchestrator.json", import.meta.url);
  expect(mappingSchema.parse(JSON.parse(readFileSync(path, "utf8"))).messages.length).toBeGreaterThan(10);
});
