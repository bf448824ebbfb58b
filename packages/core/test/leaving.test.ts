import { describe, expect, it } from "vitest";
import { lead, listen, outcomeOf, reasonOf, World } from "./world.ts";

describe("rule: leaving is instant, and only the holder releases", () => {
  it("frees the lease, ends the signal first, and closes the vigil; twice is once", async () => {
    const world = new World();
    const party = world.join("a");
    const lease = await lead(party);
    const events = listen();
    let ended = false;
    world.memory.vigil?.attend("job", 1, () => {
      ended = true;
    });
    const releasing = lease.release("stopped");
    expect(reasonOf(lease)).toBe("released");
    await Promise.all([releasing, lease.release()]);
    await world.time.advance(0);
    expect(events).toMatchObject([{ type: "lease.released", releaseReason: "stopped" }]);
    expect([ended, party.clock.pendingTimers]).toEqual([true, 0]);
    expect((await world.memory.read("job")).record).toMatchObject({ holderIdentity: null, releaseReason: "stopped" });
    await expect(lease.renew()).rejects.toMatchObject({ reason: "released" });
  });

  it("releases at the end of an `await using` block", async () => {
    const world = new World();
    {
      await using lease = await lead(world.join("a"));
      expect(lease.epoch).toBe(1);
    }
    expect((await world.memory.read("job")).record?.releaseReason).toBe("completed");
  });

  it("gives up a renewal under way, and releases on top of it, committed or not", async () => {
    for (const fault of [{ kind: "drop-reply" }, { kind: "hang" }, { kind: "delay", afterMs: 500 }] as const) {
      const world = new World();
      const party = world.join("a");
      const lease = await lead(party);
      party.store.inject("compareAndSwap", fault);
      const renewing = expect(lease.renew()).rejects.toMatchObject({ reason: "released" });
      await outcomeOf(renewing);
      const releasing = lease.release();
      await world.time.advance(200);
      await Promise.all([renewing, releasing]);
      expect((await world.memory.read("job")).record?.holderIdentity).toBeNull();
    }
  });

  it("finds out what became of a release whose answer was lost", async () => {
    const world = new World();
    const party = world.join("a");
    const lease = await lead(party);
    party.store.inject("compareAndSwap", { kind: "fail-after" });
    const releasing = lease.release();
    await world.time.advance(100);
    await releasing;
    expect((await world.memory.read("job")).record).toMatchObject({ holderIdentity: null, epoch: 1 });
  });

  it("is done when its answer was lost and whoever waited already leads", async () => {
    const world = new World();
    const party = world.join("a");
    const lease = await lead(party);
    const waiting = world.join("b").client.acquire("job");
    await world.time.advance(0);
    party.store.inject("compareAndSwap", { kind: "drop-reply" });
    const releasing = lease.release();
    await world.time.advance(2000);
    await releasing;
    expect((await waiting).epoch).toBe(2);
  });

  it("says when it could not be written, keeps to its loss, and may be tried again", async () => {
    const world = new World();
    const party = world.join("a");
    const lease = await lead(party);
    const away = party.store.inject("compareAndSwap", { kind: "fail" }, { times: 100 });
    const releasing = expect(lease.release()).rejects.toMatchObject({ code: "ESTOREUNAVAILABLE" });
    await world.time.advance(1000);
    await releasing;
    expect(reasonOf(lease)).toBe("released");
    away.release();
    await lease.release();
    expect((await world.memory.read("job")).record?.holderIdentity).toBeNull();
  });

  it("is still legal after the deadline, while nobody took over; after that it changes nothing", async () => {
    const world = new World();
    const late = await lead(world.join("a"));
    await world.time.advance(12_500);
    expect(reasonOf(late)).toBe("renewal-stopped");
    await late.release();
    expect((await world.memory.read("job")).record).toMatchObject({ holderIdentity: null, epoch: 1 });

    const stale = await lead(world.join("b"));
    const waiting = world.join("c").client.acquire("job");
    await world.time.advance(16_000);
    const successor = await waiting;
    await stale.release();
    await successor.renew();
    expect(successor.epoch).toBe(3);
  });

  it("frees what was revoked: takers wait for it", async () => {
    const world = new World();
    const lease = await lead(world.join("a"));
    const ops = world.join("ops").client;
    await ops.revoke("job", "stuck");
    await expect(lease.renew()).rejects.toMatchObject({ reason: "revoked" });
    await expect(ops.tryAcquire("job")).resolves.toBeNull();
    await lease.release("failed");
    await expect(ops.tryAcquire("job")).resolves.toMatchObject({ epoch: 2 });
  });

  it("does not throw when it releases what it has lost", async () => {
    const world = new World();
    const party = world.join("a");
    const lease = await lead(party);
    party.store.inject("compareAndSwap", { kind: "fail" }, { times: 100 });
    await world.time.advance(12_000);
    const releasing = lease.release();
    await world.time.advance(1000);
    await expect(releasing).resolves.toBeUndefined();
  });

  it("says in its release why it had stopped leading before, and of a lease it led until then nothing", async () => {
    const world = new World();
    const party = world.join("a");
    const late = await lead(party);
    await party.clock.suspend(20_000);
    await world.time.advance(1_000);
    expect(reasonOf(late)).toBe("suspended");
    const events = listen();
    await late.release("stopped");
    await (await lead(party)).release();
    const released = events.filter(({ type }) => type === "lease.released");
    expect(released).toMatchObject([{ releaseReason: "stopped", lossReason: "suspended" }, { epoch: 2 }]);
    expect(released[1]).not.toHaveProperty("lossReason");
  });
});

describe("transfer", () => {
  it("tells the holder, who gives way to the one it names", async () => {
    const world = new World();
    const lease = await lead(world.join("a"));
    const requested = lease.transferRequested;
    expect(await outcomeOf(requested)).toBe("pending");
    const events = listen();
    await world.join("ops").client.requestTransfer("job", "b", { expiresAfterMs: 5000 });
    const wish = await requested;
    expect(wish).toEqual({ holderIdentity: "b", expiresAfterMs: 5000 });
    await lease.transfer(wish.holderIdentity, wish);
    expect(reasonOf(lease)).toBe("transferred");
    expect(events.map(({ type, by }) => by ?? type)).toEqual(["ops", "lease.transferred"]);
    await expect(world.join("c").client.tryAcquire("job")).resolves.toBeNull();
    await expect(world.join("b").client.tryAcquire("job")).resolves.toMatchObject({ epoch: 2 });
  });

  it("notices a revocation at once where it watches for requests", async () => {
    const world = new World();
    const lease = await lead(world.join("a"));
    void lease.transferRequested;
    await world.time.advance(10);
    await world.join("ops").client.revoke("job", "stuck");
    await world.time.advance(0);
    expect(reasonOf(lease)).toBe("revoked");
  });

  it("does not pretend to hand on what was given back already", async () => {
    const world = new World();
    const lease = await lead(world.join("a"));
    const released = lease.release();
    await expect(lease.transfer("b")).rejects.toMatchObject({ code: "ELEASELOST", reason: "released" });
    await released;
    const successor = await lead(world.join("c"));
    expect(successor.predecessor?.preferredHolder).toBeNull();
  });

  it("refuses nonsense before anything is given up", async () => {
    const lease = await lead(new World().join("a"));
    await expect(lease.transfer("")).rejects.toMatchObject({ code: "EUSAGE" });
    await expect(lease.transfer("b", { expiresAfterMs: Number.NaN })).rejects.toMatchObject({ code: "EUSAGE" });
    expect(reasonOf(lease)).toBe("held");
  });

  it("writes its request over a busy holder, and finds out about lost answers", async () => {
    const world = new World();
    const lease = await lead(world.join("a"));
    const ops = world.join("ops");
    const swap = ops.store.compareAndSwap.bind(ops.store);
    let busy = 2;
    ops.store.compareAndSwap = async (...request) => {
      if (busy > 0) await lease.renew();
      busy -= 1;
      return await swap(...request);
    };
    await ops.client.requestTransfer("job", "b");
    ops.store.inject("compareAndSwap", { kind: "fail-after" });
    await ops.client.revoke("job", "stuck");
    expect((await world.memory.read("job")).record).toMatchObject({
      preferredHolder: { holderIdentity: "b", expiresAfterMs: 15_000 },
      revoked: { by: "ops", reason: "stuck" },
    });
    await expect(ops.client.requestTransfer("none", "b")).rejects.toMatchObject({ code: "ENOTACQUIRED" });
  });
});
