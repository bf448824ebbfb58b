import { resolveTiming } from "@tenure/core";
import type { Observation, StoreOperation } from "@tenure/history";
import { expect, test } from "vitest";
import { rejectionsOf, type Stood } from "../src/recorded.ts";

const timing = resolveTiming({ leaseDurationMs: 1_000 });
const D = timing.renewDeadlineMs;

/** What processes of one lease wrote down, by hand; each write replaces the one before it. */
class Written {
  readonly #operations: StoreOperation[] = [];
  readonly #observations: Observation[] = [];
  readonly #stood: Stood[] = [];
  #last: string | null = null;

  write(nonce: string, process: string, holder: string | null, epoch: number, sentAt: number): this {
    const asked = { kind: "swap", lease: "job", process, sentAt, answeredAt: sentAt + 2 } as const;
    this.#operations.push({ ...asked, expected: this.#last, value: nonce, outcome: "committed" });
    this.#stood.push({ kind: "stood", at: sentAt + 2, lease: "job", nonce, holder, epoch });
    this.#last = nonce;
    return this;
  }

  leads(holder: string, epoch: number, sentAt: number, at = sentAt + 3): this {
    const term = { lease: "job", holder, epoch, sentAt, renewDeadlineMs: D, validUntil: sentAt + D };
    this.#observations.push({ kind: "granted", at, ...term });
    return this;
  }

  hears(nonce: string, holder: string, epoch: number, sentAt: number, at: number): this {
    const term = { lease: "job", holder, epoch, sentAt, validUntil: sentAt + D };
    this.#observations.push({ kind: "renewed", at, nonce, ...term });
    return this;
  }

  get rejections(): string[] {
    return rejectionsOf({ operations: this.#operations, observations: this.#observations, stood: this.#stood }, timing);
  }
}

const began = (): Written => new Written().write("a1", "a", "a", 1, 0).leads("a", 1, 0);

test("terms one after another, each given back or run out, are a way through the model", () => {
  const released = began().write("a2", "a", "a", 1, 300).hears("a2", "a", 1, 300, 303).write("a3", "a", null, 1, 400);
  expect(released.write("b1", "b", "b", 2, 410).leads("b", 2, 410).rejections).toEqual([]);
  expect(
    began().write("b1", "b", "b", 2, 1_010).leads("b", 2, 1_010).write("b2", "b", null, 2, 1_100).rejections,
  ).toEqual([]);
});

test("a takeover before its time, an epoch that comes again, and a leader that nobody chose are none", () => {
  const early = began().write("a2", "a", "a", 1, 300).write("b1", "b", "b", 2, 900).leads("b", 2, 900);
  // It is heard of again: it had not died.
  expect(early.write("a4", "a", "a", 3, 5_000).rejections).toEqual([expect.stringMatching(/the step "claim"/u)]);
  const again = began().write("a2", "a", null, 1, 300).write("b1", "b", "b", 1, 400).leads("b", 1, 400);
  expect(again.rejections).toEqual([expect.stringMatching(/epoch 1 where 2 was next/u)]);
  expect(began().leads("b", 1, 0).rejections).toEqual([expect.stringMatching(/which never stood/u)]);
});

test("a renewal whose sender was stopped before it sent it is one, and one that was decided past the deadline is none", () => {
  const stopped = began().write("a2", "a", "a", 1, D + 150);
  expect(stopped.rejections).toEqual([]);
  expect(stopped.hears("a2", "a", 1, D + 150, D + 153).rejections).toEqual([
    expect.stringMatching(/the step "renew"/u),
  ]);
});
