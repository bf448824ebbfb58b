import { describe, expect, it } from "vitest";
import { LeaseError, LeaseLostError, type Lease } from "../src/index.ts";
import { aProcess } from "./fixtures.ts";
import { listen, outcomeOf, World, type Party } from "./world.ts";

async function lead(party: Party): Promise<Lease> {
  const lease = await party.client.tryAcquire("job");
  if (lease === null) throw new Error("not acquired");
  return lease;
}

function reasonOf(lease: Lease): unknown {
  return lease.signal.aborted ? (lease.signal.reason as LeaseLostError).reason : "held";
}

describe("rule: validity counts from before the request, on the larger of both clocks", () => {
  it("counts a renewal from its send time, however late the answer", async () => {
    const world = new World();
    const party = world.join("a");
    const lease = await lead(party);
    await world.time.advance(5000);
    party.store.inject("compareAndSwap", { kind: "delay", afterMs: 800 });
    const renewing = lease.renew();
    await world.time.advance(800);
    await renewing;
    expect(lease.remainingMs()).toBe(12_000 - 800 - 10);
    expect(lease.record).toMatchObject({ renewals: 1, deadline: { boottimeMs: 3_600_000 + 5000 + 12_000 } });
  });

  it("is over at D and not later, told by the signal without being asked", async () => {
    const world = new World();
    const lease = await lead(world.join("a"));
    await world.time.advance(11_980);
    expect(() => lease.assertHeld()).not.toThrow();
    expect(lease.signal.aborted).toBe(false);
    await world.time.advance(10);
    expect(lease.signal.aborted).toBe(true);
    expect(lease.remainingMs()).toBe(0);
    expect(() => lease.assertHeld()).toThrow(LeaseLostError);
  });

  it("needs no timer to be right: whoever asks after a stall is told at once", async () => {
    const world = new World();
    const party = world.join("a");
    const lease = await lead(party);
    party.clock.standStill(60_000);
    await world.time.advance(12_000);
    expect(lease.signal.aborted).toBe(false);
    expect(lease.remainingMs()).toBe(0);
    expect(() => lease.assertHeld()).toThrow(expect.objectContaining({ reason: "event-loop-stall" }));
    expect(lease.signal.aborted).toBe(true);
  });

  it("learns within a second of waking that it slept too long", async () => {
    const world = new World();
    const party = world.join("a");
    const lease = await lead(party);
    const events = listen();
    await party.clock.suspend(3_600_000);
    await world.time.advance(1000);
    expect(reasonOf(lease)).toBe("suspended");
    expect(events.map(({ type, lossReason }) => lossReason ?? type)).toEqual(["clock.suspended", "suspended"]);
    expect(events[0]?.remark).toBe("asleep for 1h");
  });

  it("reports a step of the wall clock, and is not moved by it", async () => {
    const world = new World();
    const party = world.join("a");
    const lease = await lead(party);
    const events = listen();
    party.clock.stepWall(-3_600_000);
    await world.time.advance(1000);
    party.clock.stepWall(5000);
    await world.time.advance(1000);
    expect(events.map(({ type, remark }) => [type, remark])).toEqual([
      ["clock.stepped", "wall clock set back by 3600000 ms"],
      ["clock.stepped", "wall clock set forward by 5000 ms"],
    ]);
    expect(lease.remainingMs()).toBe(9990);
  });
});

describe("rule: loss is always told, with a reason that the evidence supports", () => {
  it("renewal-stopped: nobody tried", async () => {
    const world = new World();
    const lease = await lead(world.join("a"));
    const events = listen();
    await world.time.advance(12_000);
    expect(reasonOf(lease)).toBe("renewal-stopped");
    expect(events).toMatchObject([
      { type: "lease.lost", lossReason: "renewal-stopped", epoch: 1, holderIdentity: "a", remainingMs: 0 },
    ]);
    expect(events[0]?.remark).toContain('lease "job" of "a" at epoch 1 was not renewed in time: no renewal was tried');
  });

  it("event-loop-stall: the process did not run", async () => {
    const world = new World();
    const party = world.join("a");
    const lease = await lead(party);
    await party.clock.stall(30_000);
    expect(reasonOf(lease)).toBe("event-loop-stall");
  });

  it("store-unreachable: attempts failed or were not answered at all", async () => {
    for (const kind of ["fail", "hang"] as const) {
      const world = new World();
      const party = world.join("a");
      const lease = await lead(party);
      party.store.inject("compareAndSwap", { kind }, { times: 100 });
      party.store.inject("read", { kind }, { times: 100 });
      await world.time.advance(3000);
      const renewing = expect(lease.renew()).rejects.toBeInstanceOf(LeaseError);
      await world.time.advance(2000);
      await renewing;
      expect(reasonOf(lease)).toBe("held");
      await world.time.advance(8000);
      expect(reasonOf(lease)).toBe("store-unreachable");
    }
  });

  it("store-slow: the store answered, too late", async () => {
    const world = new World();
    const party = world.join("a");
    const lease = await lead(party);
    party.store.inject("compareAndSwap", { kind: "hang" }, { times: 100 });
    party.store.read = () =>
      new Promise((_, reject) => void party.clock.startTimer(2500, () => reject(new Error("late"))));
    const slow = party.store.read("job").catch(() => {});
    await world.time.advance(5000);
    const renewing = lease.renew().catch(() => {});
    party.store.read = async () => {
      await new Promise<void>((resolve) => void party.clock.startTimer(2000, resolve));
      return await world.memory.read("job");
    };
    await world.time.advance(8000);
    await Promise.all([slow, renewing]);
    expect(reasonOf(lease)).toBe("store-slow");
  });

  it("store-unreachable, though the store was slow once and has answered in time since", async () => {
    const world = new World();
    const party = world.join("a");
    const lease = await lead(party);
    const swap = party.store.compareAndSwap.bind(party.store);
    party.store.compareAndSwap = async (...request) => {
      const outcome = await swap(...request);
      await new Promise<void>((resolve) => void party.clock.startTimer(3000, resolve));
      return outcome;
    };
    party.store.inject("read", { kind: "hang" });
    const late = lease.renew().catch(() => {});
    await world.time.advance(3000);
    await late;
    party.store.compareAndSwap = swap;
    await lease.renew();
    party.store.inject("compareAndSwap", { kind: "fail" });
    await lease.renew().catch(() => {});
    await world.time.advance(12_000);
    expect(reasonOf(lease)).toBe("store-unreachable");
  });

  it.each([
    ["permission-denied", "EPERMISSION"],
    ["state-corrupt", "ESTATECORRUPT"],
  ])("%s: the store refused", async (reason, code) => {
    const world = new World();
    const party = world.join("a");
    const lease = await lead(party);
    party.store.inject("compareAndSwap", { kind: "fail", error: Object.assign(new Error("no"), { code }) });
    await expect(lease.renew()).rejects.toMatchObject({ code });
    await world.time.advance(12_000);
    expect(reasonOf(lease)).toBe(reason);
  });

  it("epoch-regression: the store says that a higher epoch was issued", async () => {
    const party = new World().join("a");
    const lease = await lead(party);
    const events = listen();
    const error = Object.assign(new Error("below the floor"), { code: "EEPOCHREGRESSION" });
    party.store.inject("compareAndSwap", { kind: "fail", error });
    await expect(lease.renew()).rejects.toMatchObject({ reason: "epoch-regression" });
    expect(events.map(({ type }) => type)).toEqual(["lease.epoch_regression", "lease.lost"]);
  });

  it.each([
    ["taken-over", { epoch: 2, holderIdentity: "b", nonce: "nonce-of-b" }, []],
    ["revoked", { nonce: "nonce-of-ops", revoked: { by: "ops", reason: "", time: "2026-01-01T00:00:00Z" } }, []],
    ["released", { nonce: "nonce-other", holderIdentity: null, holder: null, releaseReason: "stopped" }, null],
    ["identity-collision", { nonce: "nonce-other", renewals: 1 }, ["lease.identity_collision"]],
    ["epoch-regression", { epoch: 0, nonce: "nonce-old" }, ["lease.epoch_regression"]],
  ] as const)("%s: found at the next renewal", async (reason, changes, alarms) => {
    const world = new World();
    const lease = await lead(world.join("a"));
    const events = listen();
    world.memory.tamper("job", { ...lease.record, ...changes });
    await expect(lease.renew()).rejects.toMatchObject({ code: "ELEASELOST", reason });
    expect(reasonOf(lease)).toBe(reason);
    expect(events.map(({ type }) => type)).toEqual(alarms === null ? [] : [...alarms, "lease.lost"]);
    await expect(lease.renew()).rejects.toMatchObject({ reason });
  });

  it("state-corrupt: the record is gone", async () => {
    const world = new World();
    const lease = await lead(world.join("a"));
    const events = listen();
    world.memory.tamper("job", null);
    await expect(lease.renew()).rejects.toMatchObject({ reason: "state-corrupt" });
    expect(events.map(({ type }) => type)).toEqual(["lease.state_corrupt", "lease.lost"]);
  });

  it("ends once, for the first reason, also when another judges", async () => {
    const world = new World();
    const lease = await lead(world.join("a"));
    lease.lose(new LeaseLostError("holder-dead", "pid 1 is gone"));
    lease.lose(new LeaseLostError("work-stalled", "later"));
    await world.time.advance(20_000);
    expect(reasonOf(lease)).toBe("holder-dead");
    await expect(lease.renew()).rejects.toThrow("pid 1 is gone");
  });
});

describe("rule: L, D and lockDelay are the record's, and fixed for a term", () => {
  it("renews on the terms it was acquired on, also by a command with other settings", async () => {
    const world = new World({ lockDelayMs: 100 });
    await lead(world.join("a"));
    const { client } = world.join("side-car", { timing: { leaseDurationMs: 60_000, lockDelayMs: 0 } });
    const attached = await client.attach("job", { holderIdentity: "a", epoch: 1 });
    await attached.renew();
    expect(attached.remainingMs()).toBe(11_990);
    expect(attached.record).toMatchObject({ leaseDurationMs: 15_000, renewDeadlineMs: 12_000, lockDelayMs: 100 });
  });
});

describe("rule: no false success", () => {
  it("F5 takes an unknown renewal that was committed for a success at its send time", async () => {
    const world = new World();
    const party = world.join("a");
    const lease = await lead(party);
    await world.time.advance(4000);
    party.store.inject("compareAndSwap", { kind: "drop-reply" });
    const renewing = lease.renew();
    await world.time.advance(1000);
    await renewing;
    expect([lease.remainingMs(), lease.record.renewals]).toEqual([10_990, 1]);
  });

  it("says that the outcome is unknown, and still stands; the next renewal moves the revision on", async () => {
    const world = new World();
    const party = world.join("a");
    const lease = await lead(party);
    await world.time.advance(4000);
    const hang = party.store.inject("compareAndSwap", { kind: "hang" });
    const renewing = expect(lease.renew()).rejects.toMatchObject({
      code: "EAMBIGUOUS",
      facts: { name: "job", epoch: 1 },
    });
    await world.time.advance(1000);
    await renewing;
    expect(lease.remainingMs()).toBe(6990);
    await lease.renew();
    expect([lease.remainingMs(), lease.record.renewals]).toEqual([11_990, 1]);
    hang.release();
    await world.time.advance(0);
    expect((await world.memory.read("job")).record?.nonce).toBe(lease.record.nonce);
  });

  it("finds an older renewal of its own, seen late: a success at that one's send time", async () => {
    const world = new World();
    const party = world.join("a");
    const lease = await lead(party);
    await world.time.advance(4000);
    const hang = party.store.inject("compareAndSwap", { kind: "hang" });
    // The answer never reaches this process, whatever becomes of the request.
    const swap = party.store.compareAndSwap.bind(party.store);
    party.store.compareAndSwap = async (...request) => {
      party.store.compareAndSwap = swap;
      void swap(...request);
      return await Promise.resolve({ outcome: "unknown", cause: new Error("connection reset") } as const);
    };
    await expect(lease.renew()).rejects.toMatchObject({ code: "EAMBIGUOUS" });
    await world.time.advance(2000);
    hang.release();
    await world.time.advance(0);
    await lease.renew();
    expect(lease.remainingMs()).toBe(12_000 - 2000 - 10);
  });

  it("counts an answer that came after it was given up", async () => {
    const world = new World();
    const party = world.join("a");
    const lease = await lead(party);
    const swap = party.store.compareAndSwap.bind(party.store);
    party.store.compareAndSwap = async (expected, record, event) => {
      const outcome = await swap(expected, record, event, { durable: false });
      await new Promise<void>((resolve) => void party.clock.startTimer(3000, resolve));
      return outcome;
    };
    party.store.inject("read", { kind: "hang" });
    await world.time.advance(4000);
    const renewing = expect(lease.renew()).rejects.toMatchObject({ code: "EAMBIGUOUS" });
    await world.time.advance(2000);
    await renewing;
    expect(lease.remainingMs()).toBe(5990);
    await world.time.advance(1000);
    expect(lease.remainingMs()).toBe(8990);
  });

  it("never has two renewals under way: a second call joins the first", async () => {
    const world = new World();
    const party = world.join("a");
    const lease = await lead(party);
    const delay = party.store.inject("compareAndSwap", { kind: "delay", afterMs: 100 }, { times: 9 });
    const renewals = [lease.renew(), lease.renew(), lease.renew()];
    await world.time.advance(100);
    await Promise.all(renewals);
    expect([delay.strikes, lease.record.renewals]).toEqual([1, 1]);
  });

  it("gives a renewal up when the deadline passes, and is lost then", async () => {
    const world = new World();
    const party = world.join("a");
    const lease = await lead(party);
    await world.time.advance(11_500);
    party.store.inject("compareAndSwap", { kind: "hang" });
    const renewing = expect(lease.renew()).rejects.toMatchObject({ reason: "store-unreachable" });
    await world.time.advance(490);
    await renewing;
  });

  it("goes on over a mark left by another, and over many, but not for ever", async () => {
    const world = new World();
    const party = world.join("a");
    const lease = await lead(party);
    await world.join("ops").client.requestTransfer("job", "b");
    await lease.renew();
    expect(lease.record).toMatchObject({ renewals: 1, preferredHolder: { holderIdentity: "b" } });
    const swap = party.store.compareAndSwap.bind(party.store);
    let marks = 0;
    party.store.compareAndSwap = async (...request) => {
      marks += 1;
      world.memory.tamper("job", { ...lease.record, nonce: `nonce-mark-${marks}` });
      return await swap(...request);
    };
    await expect(lease.renew()).rejects.toMatchObject({ code: "EAMBIGUOUS" });
    expect(marks).toBe(4);
    expect(reasonOf(lease)).toBe("held");
  });

  it("writes the child durably, after a renewal that is under way", async () => {
    const world = new World();
    const party = world.join("a");
    const lease = await lead(party);
    const durable: boolean[] = [];
    const swap = party.store.compareAndSwap.bind(party.store);
    party.store.compareAndSwap = async (expected, record, event, options) => {
      durable.push(options.durable);
      return await swap(expected, record, event, options);
    };
    const child = aProcess("child", 4800);
    await Promise.all([lease.renew(), lease.recordChild(child)]);
    expect([durable, lease.record.child]).toEqual([[false, true], child]);
    await lease.recordChild(null);
    expect(lease.record).toMatchObject({ child: null, renewals: 3 });
  });

  it("keeps what a newer minor version wrote", async () => {
    const world = new World();
    const lease = await lead(world.join("a"));
    world.memory.tamper("job", { ...lease.record, nonce: "nonce-newer", shards: 7 } as never);
    await lease.renew();
    expect((await world.memory.read("job")).record).toMatchObject({ shards: 7, renewals: 1 });
  });
});

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

describe("attach: one-shot commands of the same holder", () => {
  it("takes up the term until its recorded deadline, renews and releases it", async () => {
    const world = new World();
    const lease = await lead(world.join("a"));
    await world.time.advance(4000);
    const { client } = world.join("side-car");
    const attached = await client.attach("job", { holderIdentity: "a", epoch: 1 });
    expect(attached.remainingMs()).toBe(7990);
    await attached.renew();
    expect([attached.remainingMs(), attached.record.renewals]).toEqual([11_990, 1]);
    await attached.release();
    await expect(lease.renew()).rejects.toMatchObject({ reason: "released" });
  });

  it("names the renewer", async () => {
    const world = new World();
    await lead(world.join("a"));
    const renewer = aProcess("side-car", 4900);
    const identity = { holderIdentity: "a", holder: aProcess("instance-1"), renewer };
    const attached = await world.join("a", { identity }).client.attach("job", { holderIdentity: "a", epoch: 1 });
    await attached.renew();
    expect(attached.record).toMatchObject({ renewer, holder: { instanceId: "instance-1" } });
  });

  it("refuses the wrong holder or epoch, with both named", async () => {
    const world = new World();
    await lead(world.join("a"));
    const { client } = world.join("b");
    const wrong = client.attach("job", { holderIdentity: "b", epoch: 7 });
    await expect(wrong).rejects.toMatchObject({ code: "ENOTACQUIRED", facts: { holderIdentity: "a", epoch: 1 } });
    await expect(wrong).rejects.toThrow('lease "job" is not held by "b" at epoch 7, but by "a" at epoch 1');
    await expect(client.attach("none", { holderIdentity: "b", epoch: 1 })).rejects.toThrow("but by nobody");
  });

  it("refuses past the recorded deadline, even if nobody took over, and across boots", async () => {
    const world = new World();
    await lead(world.join("a"));
    const other = world.join("a", {
      identity: { holderIdentity: "a", holder: { ...aProcess("instance-9"), bootId: "boot-2" } },
    });
    const term = { holderIdentity: "a", epoch: 1 };
    await expect(other.client.attach("job", term)).rejects.toThrow(/another boot/u);
    await world.time.advance(12_000);
    const attach = world.join("a").client.attach("job", term);
    await expect(attach).rejects.toMatchObject({ code: "ELEASEEXPIRED" });
  });

  it("lets a holder find the other process that renews in its name", async () => {
    const world = new World();
    const lease = await lead(world.join("a"));
    const events = listen();
    const attached = await world.join("x").client.attach("job", { holderIdentity: "a", epoch: 1 });
    await attached.renew();
    await expect(lease.renew()).rejects.toMatchObject({ reason: "identity-collision" });
    expect(events.map(({ type }) => type)).toContain("lease.identity_collision");
  });
});

describe("observe and status", () => {
  it("shows each change from the present state on, over a broken watch, until it is stopped", async () => {
    const world = new World();
    const { client, store } = world.join("a");
    const stop = new AbortController();
    const seen: (number | null)[] = [];
    store.inject("watch", { kind: "fail" });
    const observing = (async () => {
      for await (const { record } of client.observe("job", { signal: stop.signal }))
        seen.push(record?.renewals ?? null);
    })();
    await world.time.advance(200);
    const lease = await client.tryAcquire("job");
    await world.time.advance(0);
    await lease?.renew();
    await world.time.advance(0);
    stop.abort();
    await observing;
    expect(seen).toEqual([null, 0, 1]);
    for await (const _ of client.observe("job", { signal: stop.signal })) throw new Error("not stopped");
  });

  it("ends with what time does not cure", async () => {
    const { client, store } = new World().join("a");
    store.inject("watch", { kind: "fail", error: Object.assign(new Error("no"), { code: "EPERMISSION" }) });
    const observing = client.observe("job", { signal: new AbortController().signal });
    await expect(observing[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: "EPERMISSION" });
  });

  it("says how a lease stands, from outside", async () => {
    const world = new World();
    const party = world.join("a");
    const { client } = world.join("b");
    await expect(client.status("job")).resolves.toMatchObject({
      state: "free",
      epoch: 0,
      ageMs: null,
      holderProcess: null,
    });
    const lease = await lead(party);
    await world.time.advance(2000);
    await expect(client.status("job")).resolves.toMatchObject({
      state: "held",
      holderIdentity: "a",
      epoch: 1,
      ageMs: 2000,
      remainingMs: 10_000,
      holderProcess: "alive",
    });
    await client.revoke("job", "stuck");
    await expect(client.status("job")).resolves.toMatchObject({ state: "revoked" });
    await lease.release();
    await expect(client.status("job")).resolves.toMatchObject({ state: "free", epoch: 1, remainingMs: null });
    world.memory.tamper("job", null);
    await expect(client.status("job")).resolves.toMatchObject({ state: "lost", epochFloor: 1 });
  });
});
