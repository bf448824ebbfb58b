import { expect, test } from "vitest";
import { diagnose } from "../src/index.ts";
import { begun, event, held, journal, T } from "./journal.ts";

const ended = {
  epoch: 1,
  holderIdentity: "h1",
  how: "holder-dead",
  time: `${T}05Z`,
  evidence: "process 12 is gone",
} as const;

const died = [
  { seq: 1, prev: "", sum: "s1", event: event("lease.acquired", 1, `${T}00Z`), record: held(1, "h1", `${T}00Z`) },
  {
    seq: 2,
    prev: "s1",
    sum: "s2",
    event: event("lease.renewed", 1, `${T}02Z`),
    patch: { renewTime: `${T}02Z`, renewals: 1 },
  },
  {
    seq: 3,
    prev: "s2",
    sum: "s3",
    event: event("lease.renewed", 1, `${T}04Z`),
    patch: { renewTime: `${T}04Z`, renewals: 2 },
  },
  {
    seq: 4,
    prev: "s3",
    sum: "s4",
    event: event("lease.taken_over", 2, `${T}06Z`, { ended }),
    record: held(2, "h2", `${T}06Z`),
  },
];

test("a journal's own words explain each of its terms", async () => {
  const { terms, findings, unparsed } = await diagnose([journal(died)]);
  expect(terms).toMatchObject([
    {
      name: "press",
      epoch: 1,
      renewals: 2,
      lastRenewTime: `${T}04Z`,
      explanation: expect.stringMatching(/died.*process 12 is gone/u) as string,
    },
    { name: "press", epoch: 2, explanation: expect.stringContaining("no later line ends it") as string },
  ]);
  expect(findings).toMatchObject([{ ruleId: "holder-died", part: "cause", evidence: [{ line: 1 }, { line: 4 }] }]);
  expect(findings[0]?.verdict).toMatch(/led 1 s later/u);
  expect(unparsed).toEqual([]);
});

test("a release after a loss explains its term, and the loss is a finding", async () => {
  const release = {
    seq: 2,
    prev: "s1",
    sum: "s2",
    event: event("lease.released", 1, `${T}40Z`, { releaseReason: "stopped", lossReason: "suspended" }),
    record: {
      ...held(1, "h1", `${T}00Z`),
      holderIdentity: null,
      holder: null,
      releaseTime: `${T}40Z`,
      releaseReason: "stopped",
    },
  };
  const { terms, findings } = await diagnose([journal([died[0] as object, release])]);
  expect(terms[0]?.explanation).toBe("its holder gave it back (stopped), and had stopped leading before: suspended");
  expect(findings).toMatchObject([{ ruleId: "host-suspended", confidence: "high", evidence: [{ line: 2 }] }]);
});

test("a line that another beat to its place is void, and says nothing", async () => {
  const rival = {
    seq: 4,
    prev: "s3",
    sum: "s9",
    event: event("lease.taken_over", 2, `${T}06Z`),
    record: held(2, "rival", `${T}06Z`),
  };
  const { terms } = await diagnose([journal([...died, rival])]);
  expect(terms.map(({ holderIdentity }) => holderIdentity)).toEqual(["h1", "h2"]);
});

test("a lease that ran out is told from a death", async () => {
  const expired = { ...ended, how: "expired", time: undefined, evidence: undefined } as const;
  const [first, second, third, last] = died;
  const lines = [first, second, third, { ...last, event: event("lease.taken_over", 2, `${T}20Z`, { ended: expired }) }];
  const { findings } = await diagnose([journal(lines as object[])]);
  expect(findings.map(({ ruleId }) => ruleId)).toEqual(["renewal-stopped"]);
});

test("work that failed is told from work that is done", async () => {
  const [first] = died as [(typeof died)[0]];
  const given = (releaseReason: "completed" | "failed"): object => ({
    seq: 2,
    prev: "s1",
    sum: "s2",
    event: event("lease.released", 1, `${T}03Z`, { releaseReason }),
    patch: { holderIdentity: null, holder: null, releaseTime: `${T}03Z`, releaseReason },
  });
  const { findings, verdict } = await diagnose([journal([first, given("failed")])]);
  expect(findings).toMatchObject([{ ruleId: "work-failed", part: "cause", evidence: [{ line: 1 }, { line: 2 }] }]);
  expect(verdict).toMatch(/^In 1 term the work failed.*NAME\.runs/u);
  expect((await diagnose([journal([first, given("completed")])])).findings).toEqual([]);
});

test("a record that was deleted with its journal is told by who came after, and by nobody else", async () => {
  const first = { revision: "0", event: event("lease.acquired", 1, `${T}00Z`), record: held(1, "h1", `${T}00Z`) };
  const { findings, verdict } = await diagnose([journal([first])]);
  expect({ findings, verdict }).toMatchObject({
    findings: [],
    verdict: expect.stringMatching(/^Nothing is wrong/u) as string,
  });
  const lost = event("lease.taken_over", 4, `${T}30Z`, {
    ended: { epoch: 3, holderIdentity: null, how: "record-lost" },
  });
  const after = await diagnose([journal([{ revision: "0", event: lost, record: held(4, "h4", `${T}30Z`) }])]);
  expect(after.findings).toMatchObject([
    {
      ruleId: "record-lost",
      part: "cause",
      evidence: [{ line: 1 }],
      verdict: expect.stringContaining("lost 1 time;") as string,
    },
  ]);
});

test("a year of renewals keeps one line a term", async () => {
  const renewals = Array.from({ length: 5_000 }, (_, index) => ({
    event: event("lease.renewed", 1, `${T}30Z`),
    record: held(1, "h1", `${T}30Z`, index + 1),
  }));
  const begun = { event: event("lease.acquired", 1, `${T}00Z`), record: held(1, "h1", `${T}00Z`) };
  const { terms } = await diagnose([journal([begun, ...renewals])]);
  expect(terms).toMatchObject([{ renewals: 5_000 }]);
});

test("gaps of one length are told once", async () => {
  const dead = (epoch: number, at: string, before: string): object => ({
    seq: epoch,
    prev: `s${epoch - 1}`,
    sum: `s${epoch}`,
    event: event("lease.taken_over", epoch, `${T}${at}Z`, {
      ended: { epoch: epoch - 1, holderIdentity: `h${epoch - 1}`, how: "holder-dead", time: `${T}${before}Z` },
    }),
    record: held(epoch, `h${epoch}`, `${T}${at}Z`),
  });
  const { verdict } = await diagnose([journal([begun, dead(2, "10", "05"), dead(3, "20", "15")])]);
  expect(verdict).toContain("2 holders died in office; the next leader proved it and led 5 s later");
});
