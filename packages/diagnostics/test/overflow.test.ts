import { expect, test } from "vitest";
import { diagnose } from "../src/index.ts";
import { mapping } from "./mapping.ts";
import { file } from "./readers/file.ts";

const RENEWALS = 130_000;

const stamp = (seconds: number): string => new Date(Date.UTC(2026, 0, 1) + seconds * 1_000).toISOString();

test(
  "of more renewals than are kept the last of each term still counts, none is missed, and it is said",
  { timeout: 30_000 },
  async () => {
    const lines: string[] = [];
    const says = (seconds: number, text: string): number => lines.push(`[${stamp(seconds)}] [INFO] ${text}`);
    says(0, "set leaseDuration to 60 s");
    says(1, "forked 7");
    says(2, "duty taken by ada term 1");
    for (let beat = 1; beat <= RENEWALS; beat++) says(2 + beat * 20, "duty kept by ada term 1");
    const last = 2 + RENEWALS * 20;
    says(last + 1, "ada prints");
    says(last + 2, "duty handed in by ada");
    says(last + 10, "duty taken by bob term 2");
    const sources = [file("guard.log", lines.join("\n"), undefined, 1_048_576)];
    const { terms, findings, missing } = await diagnose(sources, { mappings: [mapping] });
    expect(terms.map(({ lastRenewTime }) => lastRenewTime)).toEqual([stamp(last), stamp(last + 10)]);
    expect(findings).toEqual([]);
    expect(missing).toContainEqual(expect.stringMatching(/^each of more than 100000 lines of kind "renewed"/u));
  },
);

test(
  "of more lines of another kind than are kept it is said that the rest is left out",
  { timeout: 30_000 },
  async () => {
    const lines = Array.from({ length: 100_002 }, (_, index) => `[${stamp(index)}] [INFO] keeper visits ada`);
    const sources = [file("guard.log", lines.join("\n"), undefined, 1_048_576)];
    const { missing } = await diagnose(sources, { mappings: [mapping] });
    expect(missing).toContainEqual('what lines of kind "renewer-cycle" after the first 100000 tell');
  },
);
