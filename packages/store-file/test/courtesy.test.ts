import { FakeClock } from "@tenure/core/testing";
import { describe, expect, test } from "vitest";
import { Courtesy } from "../src/courtesy.ts";
import { record } from "./support.ts";

/** A term of one of several processes. */
function term(epoch: number, instanceId: string): ReturnType<typeof record> {
  const { holder, ...rest } = record("orders", epoch);
  return { ...rest, holder: holder && { ...holder, instanceId } };
}

/** Whether whoever wins and wants to claim again is kept waiting for that long. */
async function waits(courtesy: Courtesy, clock: FakeClock, epoch: number, forMs: number): Promise<boolean> {
  let waiting = true;
  const shown = courtesy.show(term(epoch, "us")).then(() => (waiting = false));
  await clock.advance(forMs);
  const waited = waiting;
  await clock.advance(1_000);
  await shown;
  return waited;
}

describe("whoever has just won a lease", () => {
  test("lets several rivals go first, once", async () => {
    const clock = new FakeClock();
    const courtesy = new Courtesy(clock);
    for (const [epoch, rival] of ["a", "b", "c", "d", "e"].entries())
      courtesy.won(term(epoch + 2, "us"), term(epoch + 1, rival));
    expect(await waits(courtesy, clock, 7, 2)).toBe(true);
    expect(await waits(courtesy, clock, 8, 0)).toBe(false);
  });

  test("does not wait to write more of the same term", async () => {
    const clock = new FakeClock();
    const courtesy = new Courtesy(clock);
    for (const rival of ["a", "b", "c"]) courtesy.won(term(2, "us"), term(1, rival));
    expect(await waits(courtesy, clock, 2, 0)).toBe(false);
  });

  test.each([
    ["alone", ["us", "us", "us"], 0],
    ["among two", ["a", "a", "a"], 0],
    ["with rivals of long ago", ["a", "b", "c"], 101],
  ])("does not wait %s", async (_, holders, idleMs) => {
    const clock = new FakeClock();
    const courtesy = new Courtesy(clock);
    for (const holder of holders) courtesy.won(term(2, "us"), term(1, holder));
    await clock.advance(idleMs);
    expect(await waits(courtesy, clock, 3, 0)).toBe(false);
  });
});
