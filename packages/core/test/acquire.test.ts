import { describe, expect, it } from "vitest";
import { lead, listen, outcomeOf, World } from "./world.ts";

describe("rule: a taker may start only when the term before it is known to be over", () => {
  it("leads at once where nobody ever led, with epoch 1", async () => {
    const lease = await lead(new World().join("a"));
    expect([lease.epoch, lease.holderIdentity, lease.predecessor]).toEqual([1, "a", null]);
    expect(lease.remainingMs()).toBe(11_990);
  });

  it("(a) leads the moment the holder releases", async () => {
    const world = new World();
    const held = await lead(world.join("a"));
    const waiting = world.join("b").client.acquire("job");
    expect(await outcomeOf(waiting)).toBe("pending");
    await held.release();
    const lease = await waiting;
    expect([lease.epoch, lease.predecessor?.releaseReason]).toEqual([2, "completed"]);
  });

  it("(b) leads within milliseconds of the kernel's word, without any time passing on a lease", async () => {
    const world = new World();
    const holder = world.join("a");
    await lead(holder);
    const waiter = world.join("b");
    const waiting = waiter.client.acquire("job");
    await world.time.advance(2000);
    const events = listen();
    world.kill(holder);
    const lease = await waiting;
    expect(lease.epoch).toBe(2);
    expect(events).toMatchObject([
      { type: "lease.taken_over", ended: { how: "holder-dead", holderIdentity: "a", evidence: "pid 1001 is gone" } },
    ]);
    // It saw the holder alive until then, so the journal can say how long nobody led.
    expect(events[0]?.ended?.time).toBe(events[0]?.time);
  });

  it("(b) does not say when a holder died that it never saw alive", async () => {
    const world = new World();
    const holder = world.join("a");
    await lead(holder);
    world.kill(holder);
    await world.time.advance(3_600_000);
    const events = listen();
    await world.join("b").client.acquire("job");
    expect(events).toMatchObject([{ type: "lease.taken_over", ended: { how: "holder-dead" } }]);
    expect(events[0]?.ended).not.toHaveProperty("time");
  });

  it("(b) looks again for a while: a dying process closes its files before it is gone", async () => {
    const world = new World();
    const holder = world.join("a");
    await lead(holder);
    const waiting = world.join("b").client.acquire("job");
    await world.time.advance(2000);
    const events = listen();
    world.endVigil(holder);
    await world.time.advance(5);
    expect(await outcomeOf(waiting)).toBe("pending");
    world.bury(holder);
    await world.time.advance(8);
    expect(await outcomeOf(waiting)).toMatchObject({ value: { epoch: 2 } });
    // The gap runs from the kernel's word, not from the proof.
    const [taken] = events;
    expect(Date.parse(taken?.time ?? "") - Date.parse(taken?.ended?.time ?? "")).toBeGreaterThanOrEqual(5);
  });

  it("(b) attends a holder that had only just won when it was first seen", async () => {
    const world = new World();
    const holder = world.join("a");
    const keep = holder.store.inject("keep", { kind: "delay", beforeMs: 5 });
    const winning = holder.client.acquire("job");
    await outcomeOf(winning);
    const waiting = world.join("b").client.acquire("job");
    await world.time.advance(50);
    expect([keep.strikes, await outcomeOf(winning)]).toMatchObject([1, { value: { epoch: 1 } }]);
    world.kill(holder);
    await world.time.advance(0);
    expect(await outcomeOf(waiting)).toMatchObject({ value: { epoch: 2 } });
  });

  it("(b) leaves a holder that has only just won in peace, however many wait for it", async () => {
    const world = new World();
    let looks = 0;
    const proveDeath: typeof world.proveDeath = (process, options) => {
      looks += 1;
      return world.proveDeath(process, options);
    };
    const holder = world.join("a");
    holder.store.inject("keep", { kind: "delay", beforeMs: 20 });
    const winning = holder.client.acquire("job");
    await outcomeOf(winning);
    const waiting = world.join("b", { proveDeath }).client.acquire("job");
    await world.time.advance(20);
    expect(looks).toBe(1);
    await world.time.advance(100);
    expect(looks).toBe(2);
    world.kill(holder);
    await world.time.advance(0);
    expect(await outcomeOf(waiting)).toMatchObject({ value: { epoch: 2 } });
  });

  it("(b) finds the death of a holder without a vigil within about a second, and looks no more often than that", async () => {
    const world = new World();
    let looks = 0;
    const holder = world.join("a");
    holder.store.inject("keep", { kind: "fail" });
    await lead(holder);
    const waiter = world.join("b", {
      proveDeath: (process, options) => {
        looks += 1;
        return world.proveDeath(process, options);
      },
    });
    const waiting = waiter.client.acquire("job");
    await world.time.advance(2000);
    const before = looks;
    await world.time.advance(10_000);
    expect(looks - before).toBeLessThanOrEqual(11);
    world.bury(holder);
    await world.time.advance(1100);
    expect(await outcomeOf(waiting)).toMatchObject({ value: { epoch: 2 } });
  });

  it("(b) believes no prover that throws", async () => {
    const world = new World();
    await lead(world.join("a"));
    const waiter = world.join("b", {
      proveDeath: () => {
        throw new Error("no /proc");
      },
    });
    await expect(waiter.client.tryAcquire("job")).resolves.toBeNull();
    await expect(waiter.client.status("job")).resolves.toMatchObject({ holderProcess: "unknown" });
  });

  it("(c) waits for the record's own lease duration and lock delay, as observed, from the last change on", async () => {
    const world = new World({ lockDelayMs: 1000 });
    const holder = world.join("a");
    const held = await lead(holder);
    const waiter = world.join("b", { timing: { leaseDurationMs: 3000 } });
    const waiting = waiter.client.acquire("job");
    await world.time.advance(5000);
    await held.renew();
    world.kill(holder, { provable: false });
    await world.time.advance(15_990);
    expect(await outcomeOf(waiting)).toBe("pending");
    await world.time.advance(30);
    expect(await outcomeOf(waiting)).toMatchObject({ value: { epoch: 2, record: { leaseDurationMs: 3000 } } });
  });

  it("(c) counts no time asleep: the holder's clock may have stood as well", async () => {
    const world = new World();
    await lead(world.join("a"));
    const waiter = world.join("b");
    const waiting = waiter.client.acquire("job");
    await waiter.clock.suspend(3_600_000);
    await expect(waiter.client.tryAcquire("job")).resolves.toBeNull();
    await world.time.advance(14_000);
    expect(await outcomeOf(waiting)).toBe("pending");
    await world.time.advance(1100);
    expect(await outcomeOf(waiting)).toMatchObject({ value: { epoch: 2 } });
  });

  it("(c) lets a store's own clock lengthen the wait, never shorten it", async () => {
    const world = new World();
    await lead(world.join("a"));
    const waiter = world.join("b");
    let ageMs = 3_600_000;
    const { store } = waiter;
    const read = store.read.bind(store);
    store.read = async (name, options) => ({ ...(await read(name, options)), ageMs });
    await expect(waiter.client.tryAcquire("job")).resolves.toBeNull();
    await world.time.advance(14_000);
    ageMs = 1000;
    await expect(waiter.client.tryAcquire("job")).resolves.toBeNull();
    await world.time.advance(10_000);
    ageMs = 3_600_000;
    await expect(waiter.client.tryAcquire("job")).resolves.toBeNull();
    await world.time.advance(4100);
    await expect(waiter.client.tryAcquire("job")).resolves.toMatchObject({ epoch: 2 });
  });

  it("(c) counts the age that a store told once, however often the same answer is looked at again", async () => {
    const world = new World();
    await lead(world.join("a"));
    const waiter = world.join("b");
    const { store } = waiter;
    const read = store.read.bind(store);
    store.read = async (name, options) => ({ ...(await read(name, options)), ageMs: 1000 });
    // Nothing changes, so nothing is told.
    store.watch = async function* (_name, { signal }) {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      yield* [];
    };
    const waiting = waiter.client.acquire("job");
    await world.time.advance(14_000);
    expect(await outcomeOf(waiting)).toBe("pending");
    await world.time.advance(1100);
    expect(await outcomeOf(waiting)).toMatchObject({ value: { epoch: 2 } });
  });

  it("(d) waits for the longest lease the floor remembers when the record is gone, and goes on above it", async () => {
    const world = new World();
    const held = await lead(world.join("a"));
    await held.release();
    await lead(world.join("b"));
    world.memory.tamper("job", null);
    const waiting = world.join("c").client.acquire("job");
    await world.time.advance(14_900);
    expect(await outcomeOf(waiting)).toBe("pending");
    await world.time.advance(200);
    expect(await outcomeOf(waiting)).toMatchObject({ value: { epoch: 3 } });
  });
});

describe("rule: an identity grants nothing, and wall clocks decide nothing", () => {
  it("F3 lets the same identity in a second process wait like anyone", async () => {
    const world = new World();
    await lead(world.join("a"));
    await expect(world.join("a").client.tryAcquire("job")).resolves.toBeNull();
  });

  it("takes nobody's lease because its wall clock was set forward by a day", async () => {
    const world = new World();
    await lead(world.join("a"));
    const waiter = world.join("b");
    const waiting = waiter.client.acquire("job");
    waiter.clock.stepWall(86_400_000);
    await world.time.advance(14_000);
    expect(await outcomeOf(waiting)).toBe("pending");
  });
});

describe("acquire", () => {
  it("gives up after its patience, and says what was in the way", async () => {
    const world = new World();
    await lead(world.join("a"));
    const waiter = world.join("b");
    const waiting = waiter.client.acquire("job", { timeoutMs: 5000 });
    const outcome = outcomeOf(waiting);
    await world.time.advance(4999);
    expect(await outcome).toBe("pending");
    await world.time.advance(1);
    await expect(waiting).rejects.toMatchObject({
      code: "EACQUIRETIMEOUT",
      message: 'lease "job" was not acquired within 5s: it is held by "a" (epoch 1)',
      facts: { name: "job", holderIdentity: "a", epoch: 1 },
    });
    expect(waiter.clock.pendingTimers).toBe(0);
  });

  it("rejects with the signal's own reason, before and while it waits", async () => {
    const world = new World();
    await lead(world.join("a"));
    const { client, clock } = world.join("b");
    const reason = new Error("going home");
    await expect(client.acquire("job", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const leaving = new AbortController();
    const waiting = client.acquire("job", { signal: leaving.signal });
    await outcomeOf(waiting);
    leaving.abort("no error at all");
    await expect(waiting).rejects.toBe("no error at all");
    expect(clock.pendingTimers).toBe(0);
  });

  it("waits through a store that is away, and through a watch that breaks, where time alone will do", async () => {
    const world = new World();
    const holder = world.join("a");
    const held = await lead(holder);
    const waiter = world.join("b");
    waiter.store.inject("read", { kind: "fail" }, { times: 3 });
    waiter.store.inject("watch", { kind: "fail" }, { times: 1000 });
    const waiting = waiter.client.acquire("job", { timeoutMs: 60_000 });
    await world.time.advance(10_000);
    expect(await outcomeOf(waiting)).toBe("pending");
    await held.release();
    await world.time.advance(6000);
    expect(await outcomeOf(waiting)).toMatchObject({ value: { epoch: 2 } });
  });

  it("names the last trouble when its patience ends", async () => {
    const world = new World();
    const { client, store } = world.join("a");
    for (const call of ["read", "watch"] as const) {
      store.inject(call, { kind: "fail", error: new Error("connect ECONNREFUSED") }, { times: 1000 });
    }
    const waiting = client.acquire("job", { timeoutMs: 3000 });
    const expectation = expect(waiting).rejects.toThrow(/within 3s; last trouble: connect ECONNREFUSED/u);
    await world.time.advance(3000);
    await expectation;
  });

  it("tells of trouble that time may cure: once until it changes, and anew when it comes back", async () => {
    const world = new World();
    const { client, store } = world.join("a");
    store.inject("watch", { kind: "fail", error: new Error("connect ECONNREFUSED") }, { times: 1000 });
    for (const message of ["connect ECONNREFUSED", "connect ECONNREFUSED", "the server is starting up"])
      store.inject("read", { kind: "fail", error: new Error(message) });
    const told: string[] = [];
    const waiting = client.acquire("job", { onTrouble: ({ message }) => told.push(message) });
    await world.time.advance(50);
    await waiting;
    expect(told).toEqual(["connect ECONNREFUSED", "the server is starting up"]);
  });

  it("tells once of a claim that cannot be written, however often it is tried", async () => {
    const world = new World();
    const { client, store } = world.join("a");
    store.inject("compareAndSwap", { kind: "fail", error: new Error("the disk is full") }, { times: 4 });
    const told: string[] = [];
    const waiting = client.acquire("job", { onTrouble: ({ message }) => told.push(message) });
    await world.time.advance(5_000);
    await waiting;
    expect(told).toEqual(["the disk is full"]);
  });

  it("ends with what a listener to its trouble throws", async () => {
    const { client, store } = new World().join("a");
    store.inject("read", { kind: "fail", error: new Error("connect ECONNREFUSED") });
    const mistake = new Error("no logger");
    const onTrouble = (): never => {
      throw mistake;
    };
    await expect(client.acquire("job", { onTrouble })).rejects.toBe(mistake);
  });

  it.each(["EPERMISSION", "ESTATECORRUPT", "EEPOCHREGRESSION"])(
    "ends at once on %s: time does not cure it",
    async (code) => {
      const { client, store } = new World().join("a");
      store.inject("read", { kind: "fail", error: Object.assign(new Error("no"), { code }) });
      await expect(client.acquire("job")).rejects.toMatchObject({ code });
    },
  );

  it.each(["read", "watch"] as const)("ends at once, with the cause, on a mistake in a store's %s", async (call) => {
    const world = new World();
    await lead(world.join("a"));
    const { client, store } = world.join("b");
    const mistake = new TypeError("undefined is not a function");
    store.inject(call, { kind: "fail", error: mistake });
    await expect(client.acquire("job")).rejects.toBe(mistake);
  });

  it("waits out the holder in a state that went back, and leads above every epoch that was issued", async () => {
    const world = new World();
    const held = await lead(world.join("a"));
    const old = held.record;
    await held.release();
    await (await lead(world.join("b"))).release();
    world.memory.tamper("job", old);
    const waiting = world.join("c").client.acquire("job");
    await world.time.advance(14_000);
    expect((await world.memory.read("job")).record).toEqual(old);
    await world.time.advance(2_000);
    expect((await waiting).epoch).toBe(3);
  });

  it("lets exactly one of many lead, and each of them in the end", async () => {
    const world = new World();
    const epochs: number[] = [];
    let leading = 0;
    const terms = Array.from({ length: 8 }, async (_, at) => {
      const lease = await world.join(`candidate-${at}`).client.acquire("job");
      leading += 1;
      expect(leading).toBe(1);
      epochs.push(lease.epoch);
      leading -= 1;
      await lease.release();
    });
    await Promise.all(terms);
    expect(epochs).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it.each([[-1], [Number.NaN], ["5s"]])("refuses a timeout of %s", async (timeoutMs) => {
    const { client } = new World().join("a");
    await expect(client.acquire("job", { timeoutMs: timeoutMs as number })).rejects.toMatchObject({ code: "EUSAGE" });
  });

  it("takes an endless timeout for none", async () => {
    await expect(new World().join("a").client.acquire("job", { timeoutMs: Infinity })).resolves.toMatchObject({
      epoch: 1,
    });
  });

  it("gives back a grant of which nothing is left when it is told, and waits anew", async () => {
    const world = new World();
    const slow = world.join("a");
    slow.store.inject("compareAndSwap", { kind: "delay", afterMs: 900 });
    const events = listen();
    const winning = slow.client.acquire("job");
    await outcomeOf(winning);
    slow.clock.fallAsleep(20_000);
    await world.time.advance(22_000);
    expect(events.map(({ type }) => type)).toEqual(["lease.acquired", "lease.released", "lease.acquired"]);
    expect(await outcomeOf(winning)).toMatchObject({ value: { epoch: 2 } });
  });
});
