import { expect, test } from "vitest";
import { diagnose } from "../src/index.ts";
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
