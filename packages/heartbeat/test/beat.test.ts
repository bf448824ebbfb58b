import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { LeaseLostError, resolveTiming } from "@tenure/core";
import { FakeClock } from "@tenure/core/testing";
import { keepAlive } from "@tenure/heartbeat";
import type { Heartbeat, HeartbeatOptions } from "@tenure/heartbeat";
import type { LeaseEvent } from "@tenure/schema";
import { expect, test, vi } from "vitest";
import { FakeLease, timing, unavailable } from "./support/fake-lease.ts";

const R = timing.renewIntervalMs;
const D = timing.renewDeadlineMs;
const q = timing.requestTimeoutMs;

function start(options: Partial<HeartbeatOptions> = {}): {
  clock: FakeClock;
  lease: FakeLease;
  told: LeaseEvent[];
  heartbeat: Heartbeat;
} {
  const clock = new FakeClock();
  const lease = new FakeLease(clock);
  const told: LeaseEvent[] = [];
  const heartbeat = keepAlive(lease, {
    clock,
    random: () => 0,
    onEvent: (event) => told.push(event),
    ...options,
  });
  return { clock, lease, told, heartbeat };
}

test("renews every R, for as long as it runs", async () => {
  const { clock, lease, heartbeat, told } = start();
  await clock.advance(60_000);
  expect(lease.sentMs).toEqual(Array.from({ length: 22 }, (_, beat) => (beat + 1) * R));
  expect(heartbeat.state).toBe("leading");
  expect(told).toEqual([]);
});

test("draws each interval anew from R to R·j", async () => {
  const draws = [0, 0.5, 1 - Number.EPSILON, 0.25];
  const { clock, lease } = start({ random: () => draws.shift() ?? 0 });
  await clock.advance(3 * R * timing.jitterFactor);
  const gaps = lease.sentMs.map((sentMs, beat) => sentMs - (lease.sentMs[beat - 1] ?? 0));
  expect(gaps[0]).toBeCloseTo(R);
  expect(gaps[1]).toBeCloseTo(R * 1.1);
  expect(gaps[2]).toBeCloseTo(R * timing.jitterFactor);
});

test.each([0, 1])(
  "promise 3: a heartbeat that fails after %i renewals by a fault of its own ends the lease with it",
  async (beats) => {
    const draws = Array.from({ length: beats }, () => 0);
    const fault = new RangeError("no randomness is to be had");
    const random = (): number => {
      const drawn = draws.shift();
      if (drawn === undefined) throw fault;
      return drawn;
    };
    const { clock, lease, heartbeat } = start({ random });
    await clock.advance(2 * R);
    expect(lease.sentMs).toHaveLength(beats);
    expect(lease.lossReason).toBe("renewal-stopped");
    expect(lease.signal.reason).toMatchObject({ message: expect.stringContaining(fault.message), cause: fault });
    expect(heartbeat.state).toBe("lost");
    expect(await heartbeat.ended).toBe("renewal-stopped");
    await heartbeat.stop();
  },
);

test("plans the next beat from the last send, so slow answers do not make the beat drift", async () => {
  const { clock, lease } = start();
  lease.answers = Array.from({ length: 10 }, () => () => clockWait(clock, 700));
  await clock.advance(10 * R);
  expect(lease.sentMs).toEqual(Array.from({ length: 10 }, (_, beat) => (beat + 1) * R));
});

test("never has two renewals under way, however long the first one hangs", async () => {
  const { clock, lease, heartbeat } = start();
  lease.answers = [() => new Promise(() => {})];
  await clock.advance(D);
  expect(lease.sentMs).toEqual([R]);
  expect(lease.mostUnderWay).toBe(1);
  expect(heartbeat.state).toBe("lost");
});

const latest = 1 - Number.EPSILON;
test.each([
  { settings: {}, misses: 2, draw: 0 },
  { settings: {}, misses: 2, draw: latest },
  { settings: { leaseDurationMs: 180_000, renewIntervalMs: 60_000 }, misses: 1, draw: latest },
  { settings: { renewIntervalMs: 1_500 }, misses: 4, draw: latest },
])("LIVENESS $misses retries fit, each with time to be answered: $settings, draws of $draw", async (given) => {
  const timing = resolveTiming(given.settings);
  expect(timing.toleratedMissedRenewals).toBe(given.misses);
  const clock = new FakeClock();
  const lease = new FakeLease(clock, timing);
  keepAlive(lease, { clock, random: () => given.draw });
  // The first one's outcome is unknown, a write and a read; the others are refused only when their time is up.
  const late = (ms: number) => async (): Promise<void> => {
    await clockWait(clock, ms);
    throw unavailable;
  };
  const attemptMs = 2 * timing.requestTimeoutMs;
  lease.answers = [late(attemptMs), ...Array.from({ length: 50 }, () => late(timing.requestTimeoutMs))];
  await clock.advance(timing.renewDeadlineMs);
  const inTime = lease.sentMs.slice(1).filter((sentMs) => sentMs + attemptMs <= timing.renewDeadlineMs);
  expect(inTime.length).toBeGreaterThanOrEqual(given.misses);
  expect(lease.lossReason).toBe("store-unreachable");
});

test("retries sooner than the next beat, and never in a tight loop", async () => {
  const { clock, lease } = start();
  lease.answers = Array.from({ length: 1_000 }, () => () => Promise.reject(unavailable));
  await clock.advance(D);
  const gaps = lease.sentMs.slice(1).map((sentMs, beat) => sentMs - (lease.sentMs[beat] ?? 0));
  expect(Math.max(...gaps)).toBeLessThan(R);
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(q / 8);
});

test("a failed renewal is told and puts the lease in jeopardy, once; a renewal makes it safe again", async () => {
  const published: unknown[] = [];
  const listen = (event: unknown): void => void published.push(event);
  const channels = ["tenure:lease.renew_failed", "tenure:lease.jeopardy", "tenure:lease.safe"];
  for (const channel of channels) subscribe(channel, listen);
  try {
    const { clock, lease, told, heartbeat } = start();
    lease.answers = [() => Promise.reject(unavailable), () => Promise.reject(unavailable)];
    await clock.advance(R);
    expect(heartbeat.state).toBe("jeopardy");
    await clock.advance(2 * R);
    expect(heartbeat.state).toBe("leading");
    expect(told.map(({ type }) => type)).toEqual([
      "lease.renew_failed",
      "lease.jeopardy",
      "lease.renew_failed",
      "lease.safe",
    ]);
    expect(told[0]).toMatchObject({
      name: "main",
      holderIdentity: "alice",
      epoch: 7,
      remark: "the disk is gone",
      remainingMs: D - R - 10,
    });
    expect(published).toEqual(told);
  } finally {
    for (const channel of channels) unsubscribe(channel, listen);
  }
});

test("a renewal that hangs puts the lease in jeopardy while one more attempt would still fit", async () => {
  const { clock, lease, told, heartbeat } = start();
  lease.answers = [() => new Promise(() => {})];
  await clock.advance(D - 2 * q - 20);
  expect(heartbeat.state).toBe("leading");
  await clock.advance(20);
  expect(heartbeat.state).toBe("jeopardy");
  expect(told.map(({ type }) => type)).toEqual(["lease.jeopardy"]);
});

test("promise 3: a lease found lost ends the heartbeat with its reason, and nothing more is sent", async () => {
  const { clock, lease, heartbeat } = start();
  const lost = new LeaseLostError("taken-over", "bob leads");
  lease.answers = [
    () => {
      lease.lose(lost);
      return Promise.reject(lost);
    },
  ];
  await clock.advance(10 * R);
  expect(await heartbeat.ended).toBe("taken-over");
  expect(heartbeat.state).toBe("lost");
  expect(Atomics.load(heartbeat.lostFlag, 0)).toBe(1);
  expect(lease.sentMs).toEqual([R]);
});

test("stop sends no further renewal, and waits for the one under way", async () => {
  const { clock, lease, heartbeat } = start();
  let answer: () => void = () => {};
  lease.answers = [() => new Promise((resolve) => (answer = resolve))];
  await clock.advance(R);
  const stopped = vi.fn<() => void>();
  const stopping = heartbeat.stop().then(stopped);
  await clock.advance(1);
  expect(stopped).not.toHaveBeenCalled();
  answer();
  await stopping;
  await clock.advance(3 * R);
  expect(lease.sentMs).toEqual([R]);
  expect(await heartbeat.ended).toBe("stopped");
  expect(Atomics.load(heartbeat.lostFlag, 0)).toBe(0);
  expect(lease.signal.aborted).toBe(false);
});

test("stop does not wait for a renewal that hangs longer than the lease lives", async () => {
  const { clock, lease, heartbeat } = start();
  lease.answers = [() => new Promise(() => {})];
  await clock.advance(R);
  const stopping = heartbeat.stop();
  await clock.advance(D);
  await stopping;
});

test("the flag of other threads follows the lease also after stop", async () => {
  const { clock, lease, heartbeat } = start();
  await heartbeat.stop();
  await clock.advance(D);
  expect(lease.signal.aborted).toBe(true);
  expect(Atomics.load(heartbeat.lostFlag, 0)).toBe(1);
  expect(heartbeat.state).toBe("stopped");
});

test("a lease that is over is not taken up", () => {
  const lease = new FakeLease(new FakeClock());
  lease.lose(new LeaseLostError("released", "given back"));
  expect(() => keepAlive(lease, { clock: new FakeClock(), random: () => 0 })).toThrow("given back");
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("refuses %s as a duration", (value) => {
  const clock = new FakeClock();
  const options = { clock, random: () => 0 };
  for (const bad of [
    { maxTermMs: value },
    { watch: { progress: { withinMs: value } } },
    { watch: { eventLoop: { toleranceMs: value } } },
  ]) {
    expect(() => keepAlive(new FakeLease(clock), { ...options, ...bad })).toThrow(
      expect.objectContaining({ code: "EUSAGE" }),
    );
  }
});

function clockWait(clock: FakeClock, delayMs: number): Promise<void> {
  return new Promise((resolve) => void clock.startTimer(delayMs, resolve));
}
