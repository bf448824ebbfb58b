import type { FindingDocument, LeaseStatus, TrialDocument, WhatIfDocument } from "@tenure/schema";
import { expect, test } from "vitest";
import { whatIfInWords } from "../src/advise/what-if-text.ts";
import { draftNotes } from "../src/diagnose/learned.ts";
import { diagnosisInWords } from "../src/diagnose/text.ts";
import { eventOfRunInWords } from "../src/output/teller.ts";
import { trialInWords } from "../src/simulate/trial-text.ts";
import { changeOf } from "../src/watch/change.ts";
import { Sandbox } from "./sandbox.ts";
import { palette } from "./shown.ts";

test("one schedule is one", async () => {
  const { stdout } = await new Sandbox().run(["simulate", "--schedules", "1", "--seed", "10"]);
  expect(stdout).toMatch(/^1 schedule \(seed 10\), (?:1 fault|\d+ faults) of (?:1 kind|\d+ kinds): no promise/u);
});

test("one hour, one candidate and one of each else are one in a trial", () => {
  const document = {
    hours: 1,
    seed: 7,
    candidates: 1,
    store: "file",
    timing: { leaseDurationMs: 15_000 },
    overlaps: 0,
    broken: [],
    faults: { crash: { faults: 1, losses: 1, gaps: 1, longestGapMs: 10, totalGapMs: 10 } },
    restarts: { restarts: 1, failures: 1, probes: 1, gaveUp: 1, leftDown: 0, downMs: 10, longestDownMs: 10 },
    policy: { restart: "on-failure" },
    worst: null,
  } as unknown as TrialDocument;
  const text = trialInWords(document, palette);
  for (const line of trialInWords(document, palette, 40).split("\n")) expect(line.length).toBeLessThanOrEqual(40);
  expect(text).toMatch(/^1 hour, 1 candidate on one machine, .*\n1 fault: two never/u);
  expect(text).toMatch(/\nrestarts {3}1 and 1 probe for 1 failure\n {11}gave up once, /u);
});

test("one term and one renewal are one, as recorded and in a diagnosis", () => {
  const replayed = {
    timing: { leaseDurationMs: 15_000, renewIntervalMs: 3_000 },
    losses: 0,
    longestGapMs: 0,
    gapsMs: 0,
  };
  const asked = { ...replayed, overlapMs: 0, writesPerHour: 1 };
  const whatIf = {
    name: "orders",
    terms: 1,
    renewals: 1,
    spanMs: 1,
    lost: [],
    undecided: 0,
    recorded: asked,
    whatIf: asked,
  };
  expect(whatIfInWords(whatIf as unknown as WhatIfDocument, palette)).toMatch(/^orders: 1 term, 1 renewal in /u);
  const term = { name: "orders", epoch: 1, holderIdentity: "a", renewals: 1, explanation: "it ended" };
  const document = {
    verdict: "well",
    findings: [],
    terms: Array.from({ length: 6 }, () => term),
    signature: null,
    effects: [],
    missing: [],
    unparsed: [{ file: "a.log", lines: 1, first: null }],
    files: 1,
    lines: 1,
  } as unknown as FindingDocument;
  const text = diagnosisInWords(document, { palette, columns: 80, isTerminal: true, all: false });
  expect(text).toContain('  1 earlier one: --all\n  epoch 1, "a", 1 renewal: it ended');
  expect(text).toContain("not understood: 1 line of a.log");
  expect(draftNotes([{ what: "acquired", lines: 1, example: null, doubts: [] }])).toContain("acquired (1 line)");
});

test("one restart is one", () => {
  const event = { type: "run.exhausted", restarts: 1, lastOutput: "" } as unknown as Parameters<
    typeof eventOfRunInWords
  >[0];
  expect(eventOfRunInWords(event)).toBe("giving up: the restart budget is spent, with 1 restart in its window");
});

test.each<readonly [Partial<LeaseStatus>, string]>([
  [{ remainingMs: 0 }, 'not renewed in time by "a", epoch 3; it may begin nothing more'],
  [{ state: "revoked" }, 'revoked while held by "a", epoch 3'],
  [{ holderProcess: "dead" }, 'the process of "a", epoch 3, is dead'],
  [{ preferredHolder: { holderIdentity: "b", expiresAfterMs: 1 } }, 'held by "a", epoch 3, which is asked to give way'],
])("what a lease is found to be is not said to be done by its holder: %#", (what, text) => {
  const held = { state: "held", holderIdentity: "a", epoch: 3, remainingMs: 1, holderProcess: "alive" };
  const status = { ...held, paused: null, preferredHolder: null, ...what } as LeaseStatus;
  expect(changeOf(null, status)).toEqual({ matters: true, text });
});
