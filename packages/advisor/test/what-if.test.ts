import { heldRecord } from "@tenure/core/testing";
import type { JournalLine } from "@tenure/history";
import { adviceDocumentSchema, whatIfDocumentSchema, type LeaseEvent } from "@tenure/schema";
import { expect, test } from "vitest";
import { adviseTiming, recordedHistory, slownessOf, whatIf, type RecordedHistory } from "../src/index.ts";

/** A journal by hand: renewals after the given pauses, then the next term after the given gap, known to be over so. */
class Journal {
  readonly lines: JournalLine[] = [];
  #at = Date.UTC(2026, 0, 1);
  #epoch = 0;

  lead(
    pausesMs: readonly number[],
    ended: { readonly gapMs: number; readonly how: "expired" | "holder-dead" } | null = null,
  ): this {
    if (ended !== null) this.#at += ended.gapMs;
    this.#epoch += 1;
    const before = { epoch: this.#epoch - 1, holderIdentity: "a" };
    this.#write(
      ended === null ? { type: "lease.acquired" } : { type: "lease.taken_over", ended: { ...before, how: ended.how } },
    );
    for (const pauseMs of pausesMs) {
      this.#at += pauseMs;
      this.#write({ type: "lease.renewed" });
    }
    return this;
  }

  /** After a last pause the holder gives its term back. */
  release(pauseMs: number): this {
    this.#at += pauseMs;
    this.#write({ type: "lease.released" });
    return this;
  }

  #write(event: Pick<LeaseEvent, "type" | "ended">): void {
    const time = new Date(this.#at).toISOString();
    const now = { holderIdentity: "a", acquireTime: time, renewTime: time };
    const told = { ...event, name: "orders", time, epoch: this.#epoch, holderIdentity: "a" };
    const given = { holderIdentity: null, holder: null, releaseTime: time, releaseReason: "stopped" } as const;
    const record = heldRecord("orders", this.#epoch, event.type === "lease.released" ? { ...now, ...given } : now);
    this.lines.push({ revision: String(this.lines.length), event: told, record });
  }

  get history(): RecordedHistory {
    const history = recordedHistory(this.lines);
    if (history === null) throw new Error("no term");
    return history;
  }
}

/** As drawn from [2.7 s, 3.24 s]: the middle one is 2.97 s. */
const steady = Array.from({ length: 41 }, (_, at) => 2700 + (at % 41) * 13.5);

test("a journal without a term tells nothing", () => {
  expect(recordedHistory([])).toBeNull();
});

test("the interval is estimated from the journal, and what came later than it is late", () => {
  // The first one is the start of a command, which is written down at once.
  const { history } = new Journal().lead([60, ...steady, 8240, 3000]);
  expect(history.renewals).toBe(44);
  expect(history.timing.renewIntervalMs).toBeCloseTo(2700, -2);
  const [late] = history.late;
  expect(history.late).toHaveLength(1);
  expect(late?.lateMs).toBeCloseTo(5000, -2);
  expect(slownessOf(history)).toMatchObject({ from: "history", samples: 44, latencyMs: null });
});

test("a few renewals say nothing of the interval: the usual one is taken", () => {
  expect(new Journal().lead([500, 500]).history.timing.renewIntervalMs).toBe(2700);
});

test("the advice rides out what was recorded, and names the gap that this costs", () => {
  const slowness = slownessOf(new Journal().lead([...steady, 8240]).history);
  const advice = adviceDocumentSchema.parse(adviseTiming({ gapMs: 30_000, slowness }));
  expect(advice.ridesOut?.standstillMs).toBeGreaterThanOrEqual(slowness.latenessMs ?? Number.NaN);
  expect(adviseTiming({ gapMs: 5000, slowness }).smallestGapMs).toBeGreaterThan(10_000);
});

test("a shorter lease would have lost the term that stood still, and have been succeeded sooner where one ran out", () => {
  const { history } = new Journal()
    .lead([...steady, 8240, 3000])
    .lead(steady, { gapMs: 15_000, how: "expired" })
    .lead(steady, { gapMs: 20, how: "holder-dead" });
  const document = whatIfDocumentSchema.parse(whatIf(history, { leaseDurationMs: 5000 }));
  expect(document.recorded).toMatchObject({ losses: 1, gapsMs: 15_020, longestGapMs: 15_000, overlapMs: 0 });
  expect(document.lost).toHaveLength(1);
  expect(document.lost[0]?.lateMs).toBeCloseTo(5000, -2);
  expect(document.whatIf).toMatchObject({ losses: 2, longestGapMs: 5000, overlapMs: 0 });
  expect(document.whatIf.gapsMs).toBeGreaterThan(5020);
  expect(document.whatIf.writesPerHour).toBeGreaterThan(document.recorded.writesPerHour);
  expect(document.undecided).toBe(0);
});

test("the same settings lose nothing more than was lost: what was renewed in time would be again", () => {
  const { history } = new Journal().lead([...steady, 11_500, 3000]);
  expect(history.late).toHaveLength(1);
  const same = whatIf(history, { leaseDurationMs: 15_000 });
  expect(same).toMatchObject({ lost: [], recorded: { losses: 0, gapsMs: 0 }, whatIf: { losses: 0, gapsMs: 0 } });
});

test("nobody renews past its deadline, so a renewal that seems to come then shows a clock that was set, and no holder that was late", () => {
  const { history } = new Journal().lead([...steady, 3_600_000, ...steady, 8240]);
  expect(history.late).toHaveLength(1);
  expect(slownessOf(history).latenessMs).toBeLessThan(6000);
  expect(whatIf(history, { leaseDurationMs: 15_000 }).lost).toEqual([]);
});

test("a clock that was set back makes no gap shorter than none: the longest one is not longer than all together", () => {
  const { history } = new Journal()
    .lead(steady)
    .release(20_000)
    .lead(steady, { gapMs: -3_600_000, how: "holder-dead" })
    .lead(steady, { gapMs: 20, how: "holder-dead" })
    .release(20_000)
    .lead(steady, { gapMs: 500, how: "holder-dead" });
  const document = whatIf(history, { leaseDurationMs: 15_000 });
  for (const { gapsMs, longestGapMs } of [document.recorded, document.whatIf])
    expect(longestGapMs).toBeLessThanOrEqual(gapsMs);
});

test("a longer lease keeps what was late; whether it had kept what ran out, nobody can say", () => {
  const { history } = new Journal().lead([...steady, 8240]).lead(steady, { gapMs: 15_000, how: "expired" });
  const document = whatIf(history, { leaseDurationMs: 60_000 });
  expect(document).toMatchObject({ lost: [], undecided: 1, whatIf: { losses: 1, longestGapMs: 60_000 } });
});

test("a holder that stood still past its deadline had lost it, though it gave its term back on waking; a longer lease keeps it", () => {
  const { history } = new Journal().lead(steady).release(20_000).lead(steady).release(3000).lead(steady);
  expect(history.lapses).toMatchObject([{ epoch: 1, overdueMs: 8000 }]);
  const longer = whatIf(history, { leaseDurationMs: 60_000 });
  expect(longer.recorded).toMatchObject({ losses: 1, longestGapMs: 8000 });
  expect(longer).toMatchObject({ undecided: 0, lost: [], whatIf: { losses: 0, longestGapMs: 0 } });
  const shorter = whatIf(history, { leaseDurationMs: 5000 });
  expect(shorter).toMatchObject({
    lost: [{ epoch: 1 }],
    whatIf: { losses: 1, longestGapMs: expect.closeTo(2747, 0) as number },
  });
  expect(slownessOf(history).latenessMs).toBeGreaterThan(16_000);
});

test("unsafe settings would have let two lead, for as long as the proof lacks", () => {
  const { history } = new Journal().lead(steady);
  expect(whatIf(history, { leaseDurationMs: 15_000, renewDeadlineMs: 15_000 }).whatIf.overlapMs).toBeGreaterThan(2000);
});
