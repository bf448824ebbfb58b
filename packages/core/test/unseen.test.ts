import { describe, expect, it } from "vitest";
import { createLeaseClient, type Lease, type Sighting, type Snapshot } from "../src/index.ts";
import { FakeClock, fixedIdentity, sequentialTokens } from "../src/testing/index.ts";
import { World, type Party } from "./world.ts";

async function lead(party: Party): Promise<Lease> {
  const lease = await party.client.tryAcquire("job");
  if (lease === null) throw new Error("not acquired");
  return lease;
}

describe("what happened between two looks", () => {
  it("(d) a record that was lost, made anew and lost again is waited out from the second loss on", async () => {
    const world = new World();
    const party = world.join("a");
    const clock = new FakeClock({ time: world.time });
    const store = world.memory.connect({ clock });
    const read = store.read.bind(store);
    // As with a file that is made anew: whatever is not there looks the same each time.
    store.read = async (name): Promise<Snapshot> => {
      const found = await read(name);
      return found.record === null ? { ...found, revision: "0" } : found;
    };
    const compareAndSwap = store.compareAndSwap.bind(store);
    store.compareAndSwap = async (expected, ...write) =>
      await compareAndSwap(expected.record === null ? await read("job") : expected, ...write);
    let saved: Sighting | null = null;
    const oneShot = (): Promise<Lease | null> =>
      createLeaseClient({
        store,
        identity: fixedIdentity("b"),
        clock,
        randomToken: sequentialTokens("one-shot"),
        sightings: {
          load: () => Promise.resolve(saved),
          save: (_name, sighting) => {
            saved = sighting;
            return Promise.resolve();
          },
        },
      }).tryAcquire("job");
    await lead(party);
    world.memory.tamper("job", null);
    await expect(oneShot()).resolves.toBeNull();
    const acquiring = party.client.acquire("job");
    await world.time.advance(16_000);
    const held = await acquiring;
    world.memory.tamper("job", null);
    await expect(oneShot()).resolves.toBeNull();
    expect(held.remainingMs()).toBeGreaterThan(0);
  });
});
