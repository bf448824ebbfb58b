import type { FindingDocument } from "@tenure/schema";
import { describe, expect, test } from "vitest";
import { file, read } from "./readers/file.ts";

const led = ["09:00:00Z successfully acquired lease ns/ctl", "09:10:06Z failed to renew lease ns/ctl: x"];

async function diagnosed(...files: readonly (readonly string[])[]): Promise<FindingDocument> {
  return await read(
    files.map((lines, index) => file(`${"abc"[index]}.log`, lines.map((line) => `2026-04-02T${line}\n`).join(""))),
  );
}

test.each([
  ["store-unreachable", "payment gateway: connect ECONNREFUSED 10.0.0.9:443"],
  ["store-full", "cannot write the report: No space left on device"],
  ["permission-denied", "open /srv/report.pdf: permission denied"],
])("%s: trouble with anything else before one loss is a perhaps", async (ruleId, line) => {
  const { findings, verdict } = await diagnosed([...led, `09:10:00Z ERROR ${line}`]);
  expect(findings).toMatchObject([{ ruleId, confidence: "low", counterEvidence: [/these lines do not say/u] }]);
  expect(verdict).toMatch(/^Perhaps /u);
});

test("trouble with the lease itself is none", async () => {
  const { findings } = await diagnosed([...led, "09:10:00Z ERROR open /srv/lease: permission denied"]);
  expect(findings).toMatchObject([{ ruleId: "permission-denied", confidence: "medium" }]);
});

test("a sleep that another log tells of before one loss may be of another machine, or by another clock", async () => {
  const one = await diagnosed(led, ["09:10:00Z kernel: PM: suspend exit"]);
  expect(one.findings).toMatchObject([
    { ruleId: "host-suspended", confidence: "medium", counterEvidence: [/of several files: a clock that is off/u] },
  ]);
  const own = await diagnosed([...led, "09:10:00Z kernel: PM: suspend exit"]);
  expect(own.findings).toMatchObject([{ ruleId: "host-suspended", confidence: "high" }]);
});

test("of a log that was cut nobody says that an expired lease was renewed", async () => {
  const beats = (from: number): string[] =>
    Array.from({ length: 10 }, (_, index) => {
      const seconds = from + 3 * index;
      return `09:0${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}Z successfully renewed lease ns/ctl`;
    });
  const whole = [
    "09:00:00Z leaseDuration 15s",
    "09:00:01Z successfully acquired lease ns/ctl",
    ...beats(4),
    ...beats(240),
  ];
  const mapping = {
    name: "mine",
    messages: [{ kind: "setting" as const, match: "leaseDuration (?<valueS>\\d+)s", set: { label: "leaseDuration" } }],
  };
  const lines = (all: readonly string[]): string => all.map((line) => `2026-04-02T${line}\n`).join("");
  const cut = await read([file("a.log", lines(whole))], [mapping]);
  expect(cut.findings).toMatchObject([
    { ruleId: "host-suspended" },
    { ruleId: "expired-lease-resurrected", confidence: "low" },
  ]);
  const busy = Array.from({ length: 40 }, (_, index) => `09:0${Math.floor(index / 10)}:${(index % 10) * 6 + 10}Z busy`);
  const other = await read([file("a.log", lines(whole)), file("b.log", lines(busy))], [mapping]);
  expect(other.findings).toMatchObject([{ ruleId: "expired-lease-resurrected", confidence: "medium" }]);
});

test("times without a zone beside times with one are told, and nothing is sure that rests on both", async () => {
  const local = led.map((line) => line.replace("Z", ""));
  const { findings, missing, verdict } = await diagnosed(local, ["09:10:00Z kernel: PM: suspend exit"]);
  expect(findings).toMatchObject([{ ruleId: "host-suspended", confidence: "low" }]);
  expect(findings[0]?.counterEvidence.join()).toContain("the times of a.log name no zone and were read as UTC");
  expect(missing).toContain("the zone of the times in a.log: they name none, and were read as UTC");
  expect(verdict).toMatch(/^Perhaps /u);
  const alike = await diagnosed(local, ["09:10:00 kernel: PM: suspend exit"]);
  expect(alike.missing.join()).not.toContain("zone");
  expect(alike.findings).toMatchObject([{ confidence: "medium" }]);
});

describe("who is asked to end has not lost its lease", () => {
  test.each([
    ["client-go", "main.go: Received SIGTERM, shutting down", "stopped leading"],
    [
      "an older one",
      "received signal: terminated",
      "failed to renew lease ns/ctl: timed out waiting for the condition",
    ],
    [
      "controller-runtime",
      "Stopping and waiting for leader election runnables",
      'error received "leader election lost"',
    ],
    ["a program of one's own", "shutdown begins: caught SIGINT", "no longer the leader"],
  ])("%s", async (_, asked, lost) => {
    const lines = ["09:00:00Z successfully acquired lease ns/ctl", `09:10:00Z ${asked}`, `09:10:00Z ${lost}`];
    const { verdict, terms, missing } = await diagnosed(lines);
    expect(verdict).toMatch(/^No loss of the lease shows in these files \(1 term\)\./u);
    expect(terms).toMatchObject([{ explanation: /^its holder was asked to end, and no line tells of a release/u }]);
    expect(missing.join()).not.toContain("when holders ended");
  });

  test("one that had lost it before, or leads on for long after, has", async () => {
    for (const asked of ["09:10:07Z received SIGTERM", "09:09:00Z received SIGTERM"]) {
      const { verdict } = await diagnosed([...led, asked].toSorted());
      expect(verdict).toMatch(/^I cannot tell why\. The lease was lost or ran out 1 time/u);
    }
  });

  test("where the lease ran out after it, the holder left it behind", async () => {
    const duration = { kind: "setting" as const, match: "for (?<valueS>\\d+)s", set: { label: "leaseDuration" } };
    const mapping = { name: "mine", messages: [duration] };
    const asked = [
      "00:00Z for 15s",
      "00:01Z successfully acquired lease ns/ctl",
      "10:00Z received SIGTERM",
      "10:00Z stopped leading",
    ];
    const found = async (nextAt: string): Promise<FindingDocument["findings"]> => {
      const lines = [...asked, `${nextAt} host-b became leader`].map((line) => `2026-04-02T09:${line}\n`);
      const files = [file("a.log", lines.slice(0, -1).join("")), file("b.log", lines.slice(-1).join(""))];
      return (await read(files, [mapping])).findings;
    };
    expect(await found("10:16Z")).toMatchObject([
      { ruleId: "exited-without-release", verdict: "1 holder that had been asked to end left the lease behind" },
    ]);
    // Its last renewal, which no line tells, was just before: the lease did not run out.
    expect(await found("10:01Z")).toEqual([]);
    // A request after which it says no more may have been another program's, or not heard.
    asked.pop();
    expect(await found("40:00Z")).toEqual([]);
  });
});
