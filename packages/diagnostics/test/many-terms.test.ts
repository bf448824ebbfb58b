import { expect, test } from "vitest";
import { diagnose, learn } from "../src/index.ts";
import { mapping } from "./mapping.ts";
import { file } from "./readers/file.ts";

const TERMS = 6_000;

const stamp = (seconds: number): string => new Date(Date.UTC(2026, 0, 1) + seconds * 1_000).toISOString();

/** Leaders that end, each found expired, as a guard, a state and a registry tell it. */
function years(): { log: string; states: string } {
  const log = ["guard up"];
  const states: string[] = [];
  for (let term = 1; term <= TERMS; term++) {
    const at = term * 200;
    const says = (seconds: number, text: string): number => log.push(`[${stamp(at + seconds)}] [INFO] ${text}`);
    says(0, `forked ${term}`);
    says(1, `duty taken by p${term % 7} term ${term}`);
    says(21, `duty kept by p${term % 7} term ${term}`);
    says(41, `reaped ${term} code ${term % 3} as crash`);
    says(62, `duty of p${term % 7} term ${term} lasts 29 s`);
    says(93, `duty of p${term % 7} term ${term} is over since 12 s`);
    const state = { who: `p${term % 7}`, term, seen: stamp(at + 21), ttl: 60_000 };
    states.push(JSON.stringify({ t: stamp(at + 22), v: state }));
  }
  return { log: log.join("\n"), states: states.join("\n") };
}

test("a history of thousands of terms takes seconds", { timeout: 20_000 }, async () => {
  const { log, states } = years();
  const sources = [file("guard.log", log, undefined, 65_536), file("duty.jsonl", states, undefined, 65_536)];
  const { terms, findings } = await diagnose(sources, { mappings: [mapping] });
  expect(terms).toHaveLength(TERMS);
  expect(findings.map(({ ruleId }) => ruleId)).toContain("exited-without-release");
});

/** What the term of a leader leaves in the logs, by seconds after it began. */
type Told = (term: number, says: (seconds: number, text: string) => void) => void;

const workedOn: Told = (term, says) => {
  says(1, `duty taken by p${term} term ${term}`);
  says(30, `duty handed in by p${term}`);
  says(45, `p${term} prints`);
};

const lostTheStore: Told = (term, says) => {
  says(0, `forked ${term}`);
  says(1, `duty taken by p${term} term ${term}`);
  says(41, "duty not kept: ECONNREFUSED");
  says(50, "event loop blocked for 9000 ms");
  says(81, `duty lost by p${term}`);
  says(100, `p${term} prints`);
  says(195, `guard ends ${term}, silent for 300 s`);
};

const servedByAnother: Told = (term, says) => {
  says(1, `duty taken by p${term} term ${term}`);
  says(22, "keeper visits p0");
  says(23, "keeper: duty of p0 prolonged");
  says(60, "guard rests 50 s");
  says(72, "keeper up with start");
  says(73, "keeper down");
  says(93, `duty of p${term} term ${term} is over since 12 s`);
};

test.each([
  ["released-early", workedOn],
  ["store-unreachable", lostTheStore],
  ["duplicate-renewer", servedByAnother],
] as const)("so does one in which each term has a finding: %s", { timeout: 20_000 }, async (ruleId, tell) => {
  const log = ["set leaseDuration to 60 s", "guard looks every 20 s"];
  for (let term = 1; term <= TERMS; term++)
    tell(term, (seconds, text) => void log.push(`[${stamp(term * 200 + seconds)}] [INFO] ${text}`));
  const { findings } = await diagnose([file("guard.log", log.join("\n"), undefined, 65_536)], { mappings: [mapping] });
  expect(findings.map((each) => each.ruleId)).toContain(ruleId);
});

test("one process that goes by thousands of names takes no longer", { timeout: 20_000 }, async () => {
  const log = [`[${stamp(0)}] [INFO] forked 1`];
  const rows: string[] = [];
  for (let term = 1; term <= TERMS; term++) {
    const at = term * 200;
    log.push(
      `[${stamp(at)}] [INFO] hello from p${term}`,
      `[${stamp(at + 1)}] [INFO] duty taken by p${term} term ${term}`,
    );
    log.push(`[${stamp(at + 30)}] [INFO] goodbye from p${term}`);
    rows.push(JSON.stringify({ t: stamp(at), v: { rows: [{ who: `p${term}`, pid: 1, seen: stamp(at) }] } }));
  }
  const sources = [
    file("guard.log", log.join("\n"), undefined, 65_536),
    file("roll.jsonl", rows.join("\n"), undefined, 65_536),
  ];
  expect((await diagnose(sources, { mappings: [mapping] })).terms).toHaveLength(TERMS);
});

test("a draft of the versions of a state with thousands of holders takes seconds", { timeout: 20_000 }, async () => {
  const states = Array.from({ length: 4 * TERMS }, (_, term) =>
    JSON.stringify({ leader_id: `p${term}`, leader_epoch: term, last_heartbeat: stamp(term * 200), ttl_ms: 60_000 }),
  );
  const { mapping: drafted } = await learn([file("duty.jsonl", states.join("\n"), undefined, 65_536)]);
  expect(drafted.states).toHaveLength(1);
});
