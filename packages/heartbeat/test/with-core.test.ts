import { createLeaseClient } from "@tenure/core";
import { FakeClock, fixedIdentity, MemoryStore, sequentialTokens } from "@tenure/core/testing";
import { keepAlive } from "@tenure/heartbeat";
import type { HeartbeatOptions } from "@tenure/heartbeat";
import { expect, test } from "vitest";

const MINUTE = 60_000;

async function lead(watch?: HeartbeatOptions["watch"]): Promise<{
  clock: FakeClock;
  store: MemoryStore;
  client: ReturnType<typeof createLeaseClient>;
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
  const heartbeat = keepAlive(lease, { clock, random: () => 0.5, ...(watch && { watch }) });
  return { clock, store, client, lease, heartbeat };
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

test("promise 5: what one renewal sends again, since another wrote meanwhile, is sent only while the process lives", async () => {
  const identity = { ...fixedIdentity("blue").holder, pid: 4242 };
  let looks = 0;
  const stateOf = (): "running" | "dead" => (looks++ === 0 ? "running" : "dead");
  const { clock, store, client, heartbeat } = await lead({ process: { identity, stateOf } });
  await client.requestTransfer("main", "green");
  await clock.advance(MINUTE);
  expect(await heartbeat.ended).toBe("holder-dead");
  expect(looks).toBe(2);
  expect((await store.read("main")).record).toMatchObject({
    renewals: 0,
    preferredHolder: { holderIdentity: "green" },
  });
});

test("a heartbeat leaves no timer behind", async () => {
  const { clock, lease, heartbeat } = await lead();
  await clock.advance(MINUTE);
  await heartbeat.stop();
  await lease.release();
  expect(clock.pendingTimers).toBe(0);
});
