import { describe, expect, it } from "vitest";
import { createLeaseClient, type Sighting } from "../src/index.ts";
import { FakeClock, fixedIdentity, MemoryStore, sequentialTokens } from "../src/testing/index.ts";
import { lead, listen, outcomeOf, World } from "./world.ts";

describe("rule: an unknown outcome is neither success nor failure until the nonce or the revision tells", () => {
  it("finds out that its claim was committed, and counts from when it was sent", async () => {
    const world = new World();
    const { client, store } = world.join("a");
    store.inject("compareAndSwap", { kind: "drop-reply" });
    const events = listen();
    const winning = client.tryAcquire("job");
    await world.time.advance(1000);
    const lease = await winning;
    expect([lease?.epoch, lease?.remainingMs()]).toEqual([1, 10_990]);
    expect(events.map(({ type }) => type)).toEqual(["lease.acquired"]);
  });

  it("takes up an earlier claim that was committed after a later one conflicted with it", async () => {
    const world = new World();
    const { client, store } = world.join("a");
    store.inject("compareAndSwap", { kind: "delay", beforeMs: 1500 });
    store.inject("compareAndSwap", { kind: "delay", beforeMs: 900 });
    const winning = client.acquire("job");
    await world.time.advance(2500);
    const lease = await winning;
    expect(lease.epoch).toBe(1);
    expect(lease.remainingMs()).toBe(12_000 - 2500 - 10);
  });

  it("has in hand what it only sees to stand once it was written again, durably: on a disk it may go with the power", async () => {
    const world = new World();
    const { client, store } = world.join("a");
    store.inject("compareAndSwap", { kind: "drop-reply" });
    const again = store.inject("compareAndSwap", { kind: "hang" });
    const events = listen();
    const winning = client.acquire("job");
    await world.time.advance(1000);
    const claimed = (await world.memory.read("job")).record;
    expect(claimed).toMatchObject({ epoch: 1, holderIdentity: "a" });
    expect(await outcomeOf(winning)).toBe("pending");
    again.release();
    await world.time.advance(0);
    const lease = await winning;
    expect(lease.record).toEqual({ ...claimed, nonce: lease.record.nonce });
    expect(lease.record.nonce).not.toBe(claimed?.nonce);
    expect(events.map(({ type }) => type)).toEqual(["lease.acquired"]);
  });

  it("EAMBIGUOUS after three unknown claims; a later attempt of the same client finds its own", async () => {
    const world = new World();
    const { client, store } = world.join("a");
    const hang = store.inject("compareAndSwap", { kind: "hang" }, { times: 3 });
    const attempt = client.tryAcquire("job");
    const expectation = expect(attempt).rejects.toMatchObject({ code: "EAMBIGUOUS" });
    await world.time.advance(3000);
    await expectation;
    hang.release();
    await world.time.advance(0);
    await expect(client.tryAcquire("job")).resolves.toBeNull();
    await world.time.advance(15_100);
    await expect(client.tryAcquire("job")).resolves.toMatchObject({ epoch: 2 });
  });

  it("gives back a claim of its own that it finds when it is over, and leads by the next", async () => {
    const world = new World();
    const { client, store } = world.join("a");
    store.inject("compareAndSwap", { kind: "drop-reply" });
    const events = listen();
    const attempt = client.tryAcquire("job");
    await outcomeOf(attempt);
    store.inject("read", { kind: "hang" });
    const expectation = expect(attempt).rejects.toMatchObject({ code: "ESTOREUNAVAILABLE" });
    await world.time.advance(13_000);
    await expectation;
    await expect(client.tryAcquire("job")).resolves.toMatchObject({ epoch: 2 });
    expect(events.map(({ type, epoch }) => [type, epoch])).toEqual([
      ["lease.acquired", 1],
      ["lease.released", 1],
      ["lease.acquired", 2],
    ]);
  });

  it("gives back what was won by a claim that nobody waits for any more", async () => {
    const world = new World();
    const { client, store } = world.join("a");
    store.inject("compareAndSwap", { kind: "drop-reply" });
    const leaving = new AbortController();
    const winning = client.acquire("job", { signal: leaving.signal });
    await outcomeOf(winning);
    leaving.abort(new Error("going home"));
    await expect(winning).rejects.toThrow("going home");
    await world.time.advance(10);
    expect((await world.memory.read("job")).record).toMatchObject({ holderIdentity: null, epoch: 1 });
  });
});

describe("rule: others stand back for the preferred holder; a pause forbids acquisition", () => {
  it("hands over to whom it was transferred, and to others after the expiry", async () => {
    const world = new World();
    const held = await lead(world.join("a"));
    const other = world.join("c").client.acquire("job");
    const preferred = world.join("b");
    await held.transfer("b", { expiresAfterMs: 5000 });
    await world.time.advance(100);
    expect(await outcomeOf(other)).toBe("pending");
    const lease = await lead(preferred);
    await lease.transfer("nobody", { expiresAfterMs: 5000 });
    await world.time.advance(5100);
    expect(await outcomeOf(other)).toMatchObject({ value: { epoch: 3 } });
  });

  it("refuses an attempt while paused, and waits it out as observed", async () => {
    const world = new World();
    const held = await lead(world.join("a"));
    await held.release();
    const paused = { by: "ops", nonce: "0123456789", reason: "maintenance", expiresAfterMs: 60_000 };
    world.memory.tamper("job", { ...held.record, holderIdentity: null, holder: null, paused });
    const { client } = world.join("b");
    await expect(client.tryAcquire("job")).rejects.toMatchObject({ code: "EPAUSED" });
    await expect(client.tryAcquire("job")).rejects.toThrow('"job" is paused by "ops": "maintenance"');
    const waiting = client.acquire("job");
    await world.time.advance(59_900);
    expect(await outcomeOf(waiting)).toBe("pending");
    await world.time.advance(200);
    expect(await outcomeOf(waiting)).toMatchObject({ value: { epoch: 2 } });
  });
});

/** One-shot candidates of one machine, each a process of its own, that keep what they saw. */
function oneShots(world: World) {
  const clock = new FakeClock({ time: world.time });
  const saved = new Map<string, Sighting>();
  const next = (bootId = "boot-1") =>
    createLeaseClient({
      store: world.memory,
      identity: fixedIdentity("b", { bootId }),
      clock,
      randomToken: sequentialTokens("one-shot"),
      sightings: {
        load: (name) => Promise.resolve(saved.get(name) ?? null),
        save: (name, sighting) => Promise.resolve(void saved.set(name, sighting)),
      },
    });
  return { clock, saved, next };
}

describe("rule: a one-shot candidate may count what an earlier one saw", () => {
  it("takes over in a second process what the first saw stand for the whole lease, in one boot only", async () => {
    const world = new World();
    await lead(world.join("a"));
    const { clock, saved, next } = oneShots(world);
    await expect(next().tryAcquire("job")).resolves.toBeNull();
    await clock.advance(8000);
    await expect(next().tryAcquire("job")).resolves.toBeNull();
    await clock.advance(7100);
    const kept = saved.get("job") as Sighting;
    await expect(next("boot-2").tryAcquire("job")).resolves.toBeNull();
    saved.set("job", { ...kept, revision: "99" });
    await expect(next().tryAcquire("job")).resolves.toBeNull();
    saved.set("job", kept);
    await expect(next().tryAcquire("job")).resolves.toMatchObject({ epoch: 2 });
  });

  it("counts a wish to give way as standing for as long as the record that carries it", async () => {
    const world = new World();
    await lead(world.join("a"));
    await world.join("operator").client.requestTransfer("job", "nobody", { expiresAfterMs: 1000 });
    const { clock, next } = oneShots(world);
    await expect(next().tryAcquire("job")).resolves.toBeNull();
    await clock.advance(15_100);
    await expect(next().tryAcquire("job")).resolves.toMatchObject({ epoch: 2 });
  });
});

describe("rule: whoever orders has seen the record as it then stands", () => {
  it("so a pause that has stood for its time keeps no one-shot candidate out that never saw it", async () => {
    const world = new World();
    await (await lead(world.join("a"))).release();
    const { clock, next } = oneShots(world);
    await next().pause("job", { expiresAfterMs: 60_000, reason: "migration" });
    await clock.advance(60_100);
    await expect(next().tryAcquire("job")).resolves.toMatchObject({ epoch: 2 });
  });

  it("and an order stands also where nothing can be remembered", async () => {
    const world = new World();
    await (await lead(world.join("a"))).release();
    const ops = createLeaseClient({
      store: world.memory,
      identity: fixedIdentity("ops"),
      clock: new FakeClock({ time: world.time }),
      randomToken: sequentialTokens("ops"),
      sightings: { load: () => Promise.resolve(null), save: () => Promise.reject(new Error("the disk is full")) },
    });
    await ops.pause("job", { expiresAfterMs: 60_000, reason: "migration" });
    expect((await ops.status("job")).paused).toMatchObject({ reason: "migration" });
  });
});

describe("rule: which process: death is judged on the holder, never on a side-car", () => {
  it("asks about the one that acts, also where another beats for it", async () => {
    const world = new World();
    const holder = fixedIdentity("a", { instanceId: "the-holder", pid: 4711 });
    const { client } = world.join("a", {
      identity: { ...holder, renewer: { ...holder.holder, instanceId: "side-car" } },
    });
    await client.tryAcquire("job");
    const asked: string[] = [];
    const waiter = world.join("b", {
      proveDeath: (process) => {
        asked.push(process.instanceId);
        return { verdict: "alive", evidence: "" };
      },
    });
    await expect(waiter.client.tryAcquire("job")).resolves.toBeNull();
    expect(asked).toEqual(["the-holder"]);
  });
});

describe("rule: storeId: what was observed of one store says nothing of another", () => {
  it("waits anew where the same record stands in another store", async () => {
    const world = new World();
    await lead(world.join("a"));
    const waiter = world.join("b");
    await expect(waiter.client.tryAcquire("job")).resolves.toBeNull();
    await world.time.advance(14_000);
    const read = waiter.store.read.bind(waiter.store);
    waiter.store.read = async (name) => ({ ...(await read(name)), storeId: "another-store" });
    await expect(waiter.client.tryAcquire("job")).resolves.toBeNull();
    await world.time.advance(1100);
    await expect(waiter.client.tryAcquire("job")).resolves.toBeNull();
  });
});

describe("one client, asked twice for one lease", () => {
  it("gives it once; the second waits for the first like anyone", async () => {
    const world = new World();
    const { client, store } = world.join("a");
    store.inject("compareAndSwap", { kind: "delay", afterMs: 900 }, { times: 2 });
    const both = [client.acquire("job"), client.acquire("job")];
    await world.time.advance(2000);
    const outcomes = await Promise.all(both.map((one) => outcomeOf(one)));
    expect(outcomes.filter((outcome) => outcome !== "pending")).toMatchObject([{ value: { epoch: 1 } }]);
    const first = await Promise.race(both);
    await first.release();
    await world.time.advance(2000);
    expect(new Set((await Promise.all(both)).map(({ epoch }) => epoch))).toEqual(new Set([1, 2]));
  });
});

describe("createLeaseClient", () => {
  const options = {
    store: new MemoryStore(),
    identity: fixedIdentity("a"),
    clock: new FakeClock(),
    randomToken: sequentialTokens("token"),
  };

  it("refuses unsafe timing before anything is written", () => {
    expect(() => createLeaseClient({ ...options, timing: { renewDeadlineMs: 14_900 } })).toThrow(
      expect.objectContaining({ code: "EUNSAFETIMING" }),
    );
  });

  it("refuses identities and names that are none", async () => {
    expect(() => createLeaseClient({ ...options, identity: fixedIdentity("a\nb") })).toThrow(
      expect.objectContaining({ code: "EUSAGE" }),
    );
    const client = createLeaseClient(options);
    for (const call of [
      client.tryAcquire("../up"),
      client.acquire(""),
      client.status("a b"),
      client.revoke("-x", ""),
    ]) {
      await expect(call).rejects.toMatchObject({ code: "EUSAGE" });
    }
  });
});
