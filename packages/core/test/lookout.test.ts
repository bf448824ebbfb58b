import { expect, it } from "vitest";
import { Lookout } from "../src/client/lookout.ts";
import { FakeClock } from "../src/testing/index.ts";
import { lead, reasonOf, World } from "./world.ts";

it("looks once a second for all who ask, and not at all when nobody does", async () => {
  const clock = new FakeClock();
  const lookout = new Lookout(clock, 12_000);
  let looks = 0;
  const leave = Array.from({ length: 1000 }, () => lookout.ask(() => (looks += 1)));
  expect(clock.pendingTimers).toBe(1);
  await clock.advance(3000);
  expect(looks).toBe(3000);
  expect(clock.pendingTimers).toBe(1);
  for (const each of leave) each();
  expect(clock.pendingTimers).toBe(0);
});

it("looks ten times within a short deadline", async () => {
  const clock = new FakeClock();
  const told: number[] = [];
  new Lookout(clock, 500).ask((now) => told.push(now.monotonicMs));
  const began = clock.now().monotonicMs;
  await clock.advance(100);
  expect(told).toEqual([began + 50, began + 100]);
});

it("is late for a lease only since that one was held", async () => {
  const world = new World();
  const party = world.join("a");
  await lead(party, "earlier");
  party.clock.standStill(2000);
  await world.time.advance(1900);
  const lease = await lead(party, "later");
  await world.time.advance(12_000);
  expect(reasonOf(lease)).toBe("renewal-stopped");
});
