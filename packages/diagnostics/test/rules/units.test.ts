import type { FindingDocument } from "@tenure/schema";
import { describe, expect, test } from "vitest";
import { diagnose } from "../../src/index.ts";
import { file } from "../readers/file.ts";

const stamp = (seconds: number): string =>
  new Date(Date.UTC(2026, 3, 2, 9) + seconds * 1_000).toISOString().replace(".000Z", "+0000");

const says = (seconds: number, text: string): string => `${stamp(seconds)} host orders[100]: ${text}`;
const unit = (seconds: number, text: string): string => `${stamp(seconds)} host systemd[1]: ${text}`;

/** A leader that renews every 2 s, in the journal of a machine. */
function led(untilS: number): string[] {
  const lines = [says(0, "successfully acquired lease prod/orders")];
  for (let at = 2; at <= untilS; at += 2) lines.push(says(at, "successfully renewed lease prod/orders"));
  return lines;
}

async function told(lines: readonly string[]): Promise<FindingDocument> {
  return await diagnose([file("journal.log", `${lines.toSorted().join("\n")}\n`, undefined, 10_000)]);
}

const failed = (name: string, at: number): string[] => [
  unit(at, `${name}: Main process exited, code=exited, status=1/FAILURE`),
  unit(at + 1, `${name}: Start request repeated too quickly.`),
];

describe("units of systemd", () => {
  test("one that has nothing to do with the holder is not taken for it", async () => {
    const { findings } = await told([...led(600), ...failed("cups.service", 201)]);
    expect(findings).toEqual([]);
  });

  test("where another one is the holder's, what becomes of it says nothing, whenever it is", async () => {
    const restarted = unit(301, "orders.service: Scheduled restart job, restart counter is at 1.");
    const { findings } = await told([...led(300), restarted, ...failed("cups.service", 302)]);
    expect(findings.map(({ ruleId }) => ruleId)).not.toContain("gave-up");
    expect(findings.map(({ ruleId }) => ruleId)).not.toContain("holder-crashed");
  });

  test("the holder's own unit is known by the name of its log", async () => {
    const { findings } = await told([...led(300), ...failed("cups.service", 100), ...failed("orders.service", 301)]);
    expect(findings).toMatchObject([
      { ruleId: "gave-up", part: "cause", confidence: "high", evidence: [{ text: expect.stringContaining("orders") }] },
      { ruleId: "holder-crashed", part: "cause", confidence: "medium" },
    ]);
  });

  test("where no line says whose a unit is, it is only perhaps the holder's", async () => {
    const { findings, verdict } = await told([...led(300), ...failed("shop-backend.service", 301)]);
    expect(findings).toMatchObject([
      {
        ruleId: "gave-up",
        confidence: "low",
        counterEvidence: [expect.stringMatching(/"shop-backend\.service" may have nothing to do with the lease/u)],
      },
      { ruleId: "holder-crashed", confidence: "low" },
    ]);
    expect(verdict).toMatch(/^Perhaps /u);
  });
});
