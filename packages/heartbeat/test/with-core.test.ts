import { createLeaseClient } from "@tenure/core";
import { FakeClock, fixedIdentity, MemoryStore, sequentialTokens } from "@tenure/core/testing";
import { keepAlive } from "@tenure/heartbeat";
import { expect, test } from "vitest";

const MINUTE = 60_000;

async function lead(): Promise<{
  clock: FakeClock;
  store: MemoryStore;
  lease: Awaited<ReturnType<ReturnType<typeof createLeaseClient>["acquire"]>>;
  heartbeat: ReturnType<typeof keepAlive>;
}> {
  const clock = new FakeClock();
  const store = new MemoryStore({ clock });
  const client = createLeaseClient({
    store,
    clock,
    identity: fixedIdentity("blue"),
    randomToken: sequentialTokens("blue"),
  });
  const lease = await client.acquire("main");
  const heartbeat = keepAlive(lease, { clock, random: () => 0.5 });
  return { clock, store, lease, heartbeat };
}

test("a lease is held for as long as it is beaten for, and runs out when that stops", async () => {
  const { clock, lease, heartbeat } = await lead();
  await clock.advance(10 * MINUTE);
  lease.assertHeld();
  await heartbeat.stop();
  await clock.advance(MINUTE);
  expect(lease.signal.reason).toMatchObject({ reason: "renewal-stopped" });
});

test("an event loop that stood still past the deadline sends nothing when it turns again", async () => {
  const { clock, store, lease, heartbeat } = await lead();
  await clock.advance(MINUTE);
  const before = (await store.read("main")).record?.renewals;
  await clock.stall(MINUTE);
  await clock.advance(MINUTE);
  expect(await heartbeat.ended).toBe("event-loop-stall");
  expect(lease.signal.aborted).toBe(true);
  expect((await store.read("main")).record?.renewals).toBe(before);
});

test("a machine that slept past the deadline sends nothing when it wakes", async () => {
  const { clock, store, heartbeat } = await lead();
  await clock.advance(MINUTE);
  const before = (await store.read("main")).record?.renewals;
  await clock.suspend(MINUTE);
  await clock.advance(MINUTE);
  expect(await heartbeat.ended).toBe("suspended");
  expect((await store.read("main")).record?.renewals).toBe(before);
});

test("a heartbeat leaves no timer behind", async () => {
  const { clock, lease, heartbeat } = await lead();
  await clock.advance(MINUTE);
  await heartbeat.stop();
  await lease.release();
  expect(clock.pendingTimers).toBe(0);
});
