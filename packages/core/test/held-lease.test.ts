import { describe, expect, it } from "vitest";
import { LeaseError, LeaseLostError } from "../src/index.ts";
import { aProcess } from "./fixtures.ts";
import { lead, listen, reasonOf, World } from "./world.ts";

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

  it("promise 7: what an earlier holder left running stays named until one that started something of its own has released", async () => {
    const world = new World();
    const left = aProcess("left", 4800);
    const dead = await lead(world.join("a"));
    world.memory.tamper("job", {
      ...dead.record,
      nonce: "nonce-left",
      child: left,
      holder: null,
      holderIdentity: null,
    });
    const library = await lead(world.join("b"));
    expect(library.record.child).toEqual(left);
    await library.release();
    const watchdog = await lead(world.join("c"));
    expect(watchdog.predecessor?.child).toEqual(left);
    await watchdog.recordChild(aProcess("own", 4900));
    await watchdog.release();
    expect((await world.memory.read("job")).record?.child).toBeNull();
  });

  it("keeps what a newer minor version wrote", async () => {
    const world = new World();
    const lease = await lead(world.join("a"));
    world.memory.tamper("job", { ...lease.record, nonce: "nonce-newer", shards: 7 } as never);
    await lease.renew();
    expect((await world.memory.read("job")).record).toMatchObject({ shards: 7, renewals: 1 });
  });
});
