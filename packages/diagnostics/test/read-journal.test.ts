import { expect, test } from "vitest";
import { readJournal } from "../src/index.ts";

const record = (renewals: number): object => ({
  schemaVersion: "1.0",
  name: "orders",
  holderIdentity: null,
  holder: null,
  epoch: 1,
  nonce: `nonce-000${renewals}`,
  renewer: null,
  child: null,
  leaseDurationMs: 15_000,
  renewDeadlineMs: 12_000,
  lockDelayMs: 0,
  acquireTime: null,
  renewTime: null,
  renewals,
  leaseTransitions: 0,
  deadline: null,
  releaseTime: null,
  releaseReason: null,
  preferredHolder: null,
  paused: null,
  revoked: null,
});
const event = (type: string, second: number): object => ({
  type,
  name: "orders",
  time: `2026-01-31T08:30:0${second}Z`,
  epoch: 1,
  holderIdentity: "a",
});

async function* chunksOf(text: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(text));
}

test("gives every renewal, those that are patches too, and counts what it cannot read", async () => {
  const lines = [
    JSON.stringify({ event: event("lease.acquired", 0), record: record(0) }),
    JSON.stringify({ event: event("lease.renewed", 1), patch: { renewals: 1, nonce: "nonce-0001" } }),
    "torn {",
    "",
    "null",
    JSON.stringify({ event: event("lease.renewed", 2), patch: { renewals: 2, nonce: "nonce-0002" } }),
  ];
  const { lines: read, unread } = await readJournal({ name: "a.jsonl", chunks: chunksOf(lines.join("\n")) });
  expect(read.map((line) => [line.event.type, line.record.renewals])).toEqual([
    ["lease.acquired", 0],
    ["lease.renewed", 1],
    ["lease.renewed", 2],
  ]);
  expect(unread).toBe(2);
});
