import { expect, test } from "vitest";
import { describeObstacle } from "../src/index.ts";

const free = { holderIdentity: null, epoch: 7, paused: null, preferredHolder: null };
const preferredHolder = { holderIdentity: "worker-b", nonce: "nonce", expiresAfterMs: 1_000 };
const paused = { by: "ops", nonce: "nonce", reason: "migration", expiresAfterMs: 1_000 };

test.each([
  [{ ...free, holderIdentity: "worker-a" }, 'is held by "worker-a" (epoch 7)'],
  [{ ...free, holderIdentity: "worker-a", preferredHolder }, 'is held by "worker-a" (epoch 7)'],
  [{ ...free, preferredHolder }, 'is kept for "worker-b" (last epoch 7)'],
  [{ ...free, holderIdentity: "worker-a", paused }, 'is paused by "ops": "migration"'],
  [free, "may not be taken yet (last epoch 7)"],
])("what is in the way is named, with whom and at which epoch: %#", (status, words) => {
  expect(describeObstacle(status)).toBe(words);
});
