import { expect, test } from "vitest";
import { grantOf } from "../src/recorder.ts";

test("who was stopped between its success and its note of it, for longer than its validity, never led: others had higher epochs meanwhile", () => {
  const term = { lease: "lease-1", holder: "member-8/x", epoch: 94, renewDeadlineMs: 800, sentAt: 1_000 };
  expect(grantOf({ ...term, at: 1_799 })).toMatchObject({ kind: "granted", validUntil: 1_800 });
  expect(grantOf({ ...term, at: 1_800 })).toBeNull();
});
