import type { Lease } from "@tenure/core";
import { FakeClock } from "@tenure/core/testing";
import type { ProcessState } from "@tenure/host";
import { expect, test } from "vitest";
import type { OnReport } from "../src/progress/source.ts";
import { WorkWatch } from "../src/progress/work-watch.ts";

/** A command that is silent but where the test says otherwise, with a deadline of 10 s and so a tick each second. */
class World {
  readonly clock: FakeClock = new FakeClock();
  readonly told: string[] = [];
  process: ProcessState = "running";
  pause: Lease["record"]["paused"] = null;
  report: OnReport = () => {};
  sourceStopped = false;
  readonly watch: WorkWatch;

  constructor(graceMs?: number) {
    const source = {
      trouble: "",
      start: (onReport: OnReport): void => void (this.report = onReport),
      stop: (): void => void (this.sourceStopped = true),
    };
    this.watch = new WorkWatch({
      progress: { from: { kind: "pipe" }, deadlineMs: 10_000, ...(graceMs !== undefined && { graceMs }) },
      source,
      clock: this.clock,
      stateOf: () => this.process,
      pauseOf: () => this.pause,
      onVerdict: ({ verdict, act }) => void this.told.push(act ? `${verdict}!` : verdict),
    });
  }

  async pass(seconds: number): Promise<string[]> {
    await this.clock.advance(seconds * 1_000);
    return this.told.splice(0);
  }
}

test("silence is told as it grows, each verdict once, and the one that acts is the last", async () => {
  const world = new World(0);
  expect(await world.pass(4)).toEqual([]);
  expect(await world.pass(3)).toEqual(["slow"]);
  expect(await world.pass(2)).toEqual(["stalled"]);
  expect(await world.pass(2)).toEqual(["wedged!"]);
  expect(world.sourceStopped).toBe(true);
  expect(await world.pass(60)).toEqual([]);
});

test("a report makes it well again", async () => {
  const world = new World(0);
  for (let round = 0; round < 3; round++) {
    expect(await world.pass(7)).toEqual(round === 0 ? ["slow"] : ["healthy", "slow"]);
    world.report("progress");
  }
});

test("the grace counts from the start, and is the deadline by default", async () => {
  expect(await new World(30_000).pass(29)).toEqual(["slow"]);
  expect((await new World(30_000).pass(32)).at(-1)).toBe("wedged!");
  expect((await new World().pass(9)).at(-1)).toBe("slow");
});

test("what says that it is ready has no grace any more", async () => {
  const world = new World(30_000);
  await world.pass(3);
  world.report("ready");
  expect((await world.pass(12)).at(-1)).toBe("wedged!");
});

test("what says that its work has failed is ended at the next tick, whatever grace it has", async () => {
  const world = new World(30_000);
  world.report("failed");
  expect(await world.pass(1.1)).toEqual(["wedged!"]);
});

test("a machine that slept concludes nothing, and the time it slept is not the command's silence", async () => {
  const world = new World(0);
  await world.pass(2);
  world.clock.fallAsleep(60_000);
  expect(await world.pass(62)).toEqual(["starved", "healthy"]);
  expect((await world.pass(9)).at(-1)).toBe("wedged!");
});

test("a stopped process is ended at the next tick", async () => {
  const world = new World();
  world.process = "stopped";
  expect(await world.pass(1.1)).toEqual(["stalled!"]);
});

test("while the lease is paused nothing is ended, and a pause that has run out is none", async () => {
  const world = new World(0);
  world.pause = { by: "ops", nonce: "0123456789", reason: "debugging", expiresAfterMs: 30_000 };
  expect(await world.pass(30)).toEqual(["paused"]);
  expect(await world.pass(3)).toEqual(["wedged!"]);
});

test("after the stop nothing is judged any more", async () => {
  const world = new World(0);
  world.watch.stop();
  expect(await world.pass(60)).toEqual([]);
});
