import type { LeaseStatus } from "@tenure/schema";
import { describe, expect, test } from "vitest";
import { widthOf } from "../src/output/width.ts";
import { condition, nextRenewalInMs } from "../src/status/judgement.ts";
import { changeOf } from "../src/watch/change.ts";
import { frame } from "../src/watch/frame.ts";
import { remainingAt, sawtooth, type Look } from "../src/watch/sawtooth.ts";
import { held, palette } from "./shown.ts";

const free: LeaseStatus = { ...held, state: "free", holderIdentity: null, remainingMs: null, nonce: "nonce-001" };

describe("what an onlooker can tell", () => {
  test.each<readonly [state: string, lease: LeaseStatus]>([
    ["held", held],
    ["free", free],
    ["dead", { ...held, holderProcess: "dead" }],
    ["expired", { ...held, remainingMs: 0 }],
    ["revoked", { ...held, state: "revoked" }],
    ["yielding", { ...held, preferredHolder: { holderIdentity: "worker-b", expiresAfterMs: 1 } }],
    ["paused", { ...free, paused: { by: "ops", nonce: "0123456789", reason: "", expiresAfterMs: 1 } }],
    ["lost", { ...held, state: "lost", holderIdentity: null }],
  ])("%s", (state, lease) => {
    expect(condition(lease)).toBe(state);
  });

  test("the next renewal comes by habit, is due, and at last is late", () => {
    expect(nextRenewalInMs(held)).toBe(1_700);
    expect(nextRenewalInMs({ ...held, ageMs: 3_000 })).toBe(0);
    expect(nextRenewalInMs({ ...held, ageMs: 5_000 })).toBeLessThan(0);
    expect(nextRenewalInMs({ ...held, renewals: 1 })).toBe(2_000);
    expect(nextRenewalInMs(free)).toBe(null);
  });
});

describe("changes in words", () => {
  test.each<readonly [before: LeaseStatus | null, after: LeaseStatus, text: string, matters: boolean]>([
    [null, held, 'held by "worker-a", epoch 1, 11.0 s remain', true],
    [null, { ...free, epoch: 0 }, "free, never held", true],
    [held, { ...held, nonce: "nonce-002" }, 'renewed by "worker-a", epoch 1, 11.0 s remain', false],
    [held, free, 'released by "worker-a", epoch 1', true],
    [free, { ...held, epoch: 2 }, '"worker-a" leads with epoch 2', true],
    [held, { ...held, epoch: 2, holderIdentity: "b" }, '"b" leads with epoch 2 after "worker-a"', true],
    [held, { ...held, state: "revoked" }, 'revoked while held by "worker-a", epoch 1', true],
    [held, { ...held, holderProcess: "dead" }, 'the process of "worker-a", epoch 1, is dead', true],
    [held, { ...held, remainingMs: 0 }, 'not renewed in time by "worker-a", epoch 1; it may begin nothing more', true],
    [held, { ...free, state: "lost" }, "its record is gone; epoch 1 was issued", true],
    [
      held,
      { ...held, preferredHolder: { holderIdentity: "b\u202e", expiresAfterMs: 1 } },
      '"worker-a" is asked to give way to "b\\u202E"',
      true,
    ],
  ])("%#", (before, after, text, matters) => {
    expect(changeOf(before, after)).toEqual({ text, matters });
  });

  test("nothing is said of nothing", () => {
    expect(changeOf(held, held)).toBe(null);
  });
});

describe("the sawtooth", () => {
  const looks: Look[] = [0, 2_000, 4_000].map((atMs) => ({ atMs, status: { ...held, remainingMs: 12_000 } }));

  test("falls from each renewal, ends at nothing, and knows nothing of before", () => {
    expect([-1, 0, 1_999, 2_000, 16_000, 99_000].map((atMs) => remainingAt(looks, atMs))).toEqual([
      null,
      12_000,
      10_001,
      12_000,
      0,
      0,
    ]);
    expect(remainingAt([...looks, { atMs: 5_000, status: free }], 6_000)).toBe(null);
  });

  test("is drawn in as many rows and columns as there are", () => {
    const lines = sawtooth(looks, 6_000, { columns: 20, rows: 3, windowMs: 6_000, topMs: 12_000 });
    expect(lines.map((line) => line.length)).toEqual([20, 20, 20]);
    expect(lines[0]).not.toBe("\u2800".repeat(20));
    expect(lines[2]).toBe("\u2800".repeat(20));
  });
});

describe("a frame", () => {
  const looks: Look[] = [{ atMs: 0, status: held }];
  const leases = new Map(
    ["orders", "billing", "mail"].map((name) => [
      name,
      looks.map(({ atMs, status }) => ({ atMs, status: { ...status, name } })),
    ]),
  );
  const told = ["12:00:00 orders held", "x".repeat(500)];
  const scene = { leases, told, nowMs: 1_000, wallMs: Date.parse("2026-01-01T00:00:29Z"), store: { storeId: "s" } };

  test.each([
    [80, 24],
    [120, 40],
    [60, 10],
    [40, 24],
    [20, 4],
    [300, 100],
  ])("fills a terminal of %d by %d, and never overflows it", (columns, rows) => {
    const lines = frame(scene, { columns, rows, palette });
    expect(lines).toHaveLength(rows);
    expect(lines.at(-1)).toContain("q to leave");
    // Braille is one column wide, though the careful measure for tables counts two.
    const widths = lines.map((line) => widthOf(line.replaceAll(/[\u2800-\u28ff]/gu, "#")));
    // What runs over would stand on the last character of its line.
    expect(Math.max(...widths)).toBeLessThanOrEqual(columns);
  });

  test("counts on by itself", () => {
    const [, row] = frame(scene, { columns: 120, rows: 24, palette });
    expect(row).toContain("~10.0 s");
  });
});
