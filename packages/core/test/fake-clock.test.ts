import { describe, expect, it } from "vitest";
import { elapsedAtLeastMs, elapsedAtMostMs } from "../src/index.ts";
import { FakeClock, VirtualTime } from "../src/testing/index.ts";

describe("FakeClock", () => {
  it("runs timers in the order they fall due, with the clock at that time", async () => {
    const clock = new FakeClock();
    const from = clock.now().monotonicMs;
    const ran: [string, number][] = [];
    const note = (what: string) => (): void => void ran.push([what, clock.now().monotonicMs - from]);
    clock.startTimer(20, note("later"));
    clock.startTimer(10, () => {
      note("first")();
      clock.startTimer(5, note("started by the first"));
    });
    clock.startTimer(12, note("cancelled")).cancel();
    clock.startTimer(30, note("not yet"));
    await clock.advance(29);
    expect(ran).toEqual([
      ["first", 10],
      ["started by the first", 15],
      ["later", 20],
    ]);
    expect(clock.pendingTimers).toBe(1);
    expect(() => clock.startTimer(Number.NaN, () => {})).toThrow(RangeError);
  });

  it("lets whatever woke up run to its end before time goes on", async () => {
    const clock = new FakeClock();
    const sleep = (ms: number): Promise<void> => new Promise((resolve) => void clock.startTimer(ms, resolve));
    let at = 0;
    void (async () => {
      for (let step = 0; step < 10; step++) {
        await sleep(10);
        await Promise.resolve();
      }
      at = clock.now().wallMs;
    })();
    const from = clock.now().wallMs;
    await clock.advance(100);
    expect(at - from).toBe(100);
  });

  it("asleep, counts on the boot-time clock only, and runs its timers after waking", async () => {
    const clock = new FakeClock();
    const from = clock.now();
    let ranAt = 0;
    clock.startTimer(10, () => {
      ranAt = clock.now().boottimeMs - from.boottimeMs;
    });
    await clock.advance(4);
    await clock.suspend(1000);
    expect(clock.now().monotonicMs - from.monotonicMs).toBe(4);
    await clock.advance(6);
    expect(ranAt).toBe(1010);
    expect(elapsedAtMostMs(from, clock.now())).toBe(1020);
    expect(elapsedAtLeastMs(from, clock.now())).toBe(0);
  });

  it("standing still, counts on all clocks and runs its timers late", async () => {
    const clock = new FakeClock();
    const from = clock.now().monotonicMs;
    let ranAt = 0;
    clock.startTimer(10, () => {
      ranAt = clock.now().monotonicMs - from;
    });
    await clock.stall(500);
    expect(ranAt).toBe(500);
  });

  it("steps the wall clock alone", () => {
    const clock = new FakeClock();
    const before = clock.now();
    clock.stepWall(-3_600_000);
    expect(clock.now()).toEqual({ ...before, wallMs: before.wallMs - 3_600_000 });
    expect(clock.wallTime()).toBe("2025-12-31T23:00:00.000Z");
  });

  it("shares one true time with others that run at other rates", async () => {
    const time = new VirtualTime();
    const fast = new FakeClock({ time, rate: 1.01 });
    const slow = new FakeClock({ time, rate: 0.99, start: { monotonicMs: 0 } });
    const ran: string[] = [];
    slow.startTimer(990, () => void ran.push(`slow ${time.nowMs}`));
    fast.startTimer(1010 - 1.01, () => void ran.push(`fast ${time.nowMs.toFixed(3)}`));
    await fast.advance(1000);
    expect(ran).toEqual(["fast 999.000", "slow 1000"]);
    expect(slow.now().monotonicMs).toBeCloseTo(990);
  });
});
