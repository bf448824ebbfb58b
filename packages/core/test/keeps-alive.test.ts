import { describe, expect, it } from "vitest";
import type { Lease } from "../src/index.ts";
import { FakeClock } from "../src/testing/index.ts";
import { World, type Party } from "./world.ts";

async function lead(party: Party): Promise<Lease> {
  const lease = await party.client.tryAcquire("job");
  if (lease === null) throw new Error("not acquired");
  return lease;
}

describe("a process that waits has not ended", () => {
  it("is kept running while a release is tried again, and while a store that broke is waited for", async () => {
    const world = new World();
    const awaited: number[] = [];
    const clock = new FakeClock({ time: world.time });
    const startTimer = clock.startTimer.bind(clock);
    clock.startTimer = (delayMs, run, options?: { readonly keepsAlive?: boolean }) => {
      if (options?.keepsAlive === true) awaited.push(delayMs);
      return startTimer(delayMs, run);
    };
    const party = world.join("a", { clock });
    const lease = await lead(party);
    expect(awaited).toEqual([]);
    party.store.inject("compareAndSwap", { kind: "fail", error: new Error("disk full") });
    const releasing = lease.release();
    await world.time.advance(1000);
    await releasing;
    expect(awaited).toEqual([50]);
    await lead(world.join("b"));
    const leaving = new AbortController();
    party.store.inject("watch", { kind: "fail", error: new Error("broken") });
    const waiting = expect(party.client.acquire("job", { signal: leaving.signal })).rejects.toThrow();
    await world.time.advance(50);
    expect(awaited.length).toBeGreaterThan(2);
    leaving.abort();
    await waiting;
  });
});
