import { describe, expect, it } from "vitest";
import { Fence, MemoryFenceStorage } from "../src/index.ts";
import { FakeClock } from "../src/testing/index.ts";
import { listen } from "./world.ts";

const options = { storeId: "store-1", name: "job", clock: new FakeClock() };

describe("rule: a fence refuses every epoch below the highest it has seen", () => {
  it("admits the leader that raised it, and refuses its predecessor with both epochs named", async () => {
    const fence = new Fence({ ...options, storage: new MemoryFenceStorage() });
    const events = listen();
    await fence.raise(1);
    await fence.check(1);
    await fence.raise(2);
    await fence.check(2);
    await expect(fence.check(1)).rejects.toMatchObject({ code: "EFENCED", facts: { name: "job", epoch: 1 } });
    await expect(fence.raise(1)).rejects.toThrow(/epoch 1 of lease "job" is fenced off: epoch 2 was here/u);
    await fence.check(3);
    expect(events).toMatchObject([
      { type: "lease.fenced", epoch: 1, time: "2026-01-01T00:00:00.000Z" },
      { type: "lease.fenced", epoch: 1 },
    ]);
  });

  it("is keyed by store and name: an epoch of another store says nothing", async () => {
    const storage = new MemoryFenceStorage();
    await new Fence({ ...options, storage }).raise(9);
    await new Fence({ ...options, storage, storeId: "store-2" }).raise(1);
    await new Fence({ ...options, storage, name: "other" }).check(1);
    await expect(new Fence({ ...options, storage }).check(1)).rejects.toMatchObject({ code: "EFENCED" });
  });

  it("shuts out even before the new leader's first write, once it raised", async () => {
    const storage = new MemoryFenceStorage();
    const old = new Fence({ ...options, storage });
    await old.raise(4);
    await new Fence({ ...options, storage }).raise(5);
    await expect(old.check(4)).rejects.toMatchObject({ code: "EFENCED" });
  });

  it.each([[0], [-1], [1.5], [Number.NaN], [2 ** 53], ["7"], [undefined]])("refuses %s: no epoch", async (epoch) => {
    const fence = new Fence({ ...options, storage: new MemoryFenceStorage() });
    await expect(fence.check(epoch as number)).rejects.toMatchObject({ code: "EUSAGE" });
    await expect(fence.raise(epoch as number)).rejects.toMatchObject({ code: "EUSAGE" });
  });
});
