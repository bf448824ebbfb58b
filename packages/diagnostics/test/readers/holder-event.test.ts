import type { FindingDocument } from "@tenure/schema";
import { expect, test } from "vitest";
import { diagnose } from "../../src/index.ts";

async function told(...lines: readonly object[]): Promise<FindingDocument> {
  const chunks = (async function* (): AsyncGenerator<Uint8Array> {
    await Promise.resolve();
    yield Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  })();
  return await diagnose([{ name: "holder.jsonl", chunks }]);
}

const lost = (lossReason: string): object => ({
  type: "lease.lost",
  name: "press",
  time: "2026-07-19T04:00:00Z",
  epoch: 7,
  holderIdentity: "press-a",
  lossReason,
});

test.each([
  ["event-loop-stall", "event-loop-stall"],
  ["suspended", "host-suspended"],
  ["store-unreachable", "store-unreachable"],
  ["store-slow", "store-slow"],
  ["permission-denied", "permission-denied"],
])("what a holder itself says of its loss is found: %s", async (reason, ruleId) => {
  expect((await told(lost(reason))).findings.map((each) => each.ruleId)).toEqual([ruleId]);
});

test("one line that tells of the loss and of its cause is shown once", async () => {
  expect((await told(lost("event-loop-stall"))).findings).toMatchObject([{ evidence: [{ line: 1 }] }]);
});

test("a reason that no rule asks for is a loss all the same, and what only looks like an event is a line", async () => {
  expect((await told(lost("taken-over"))).verdict).toMatch(
    /^I cannot tell why\. The lease was lost or ran out 1 time/u,
  );
  expect((await told({ ...lost("suspended"), epoch: "x" })).findings).toEqual([]);
});
