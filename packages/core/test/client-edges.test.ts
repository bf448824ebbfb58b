import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { describe, expect, it, onTestFinished } from "vitest";
import { Lookout } from "../src/client/lookout.ts";
import { explainExpiry } from "../src/client/loss.ts";
import { Observer } from "../src/client/observer.ts";
import type { LeaseStore, ProveDeath, Snapshot } from "../src/index.ts";
import { createLeaseClient, eventChannel, LeaseError, resolveTiming } from "../src/index.ts";
import { FakeClock, fixedIdentity, MemoryStore, VirtualTime } from "../src/testing/index.ts";
import { aRecord, aSnapshot } from "./fixtures.ts";
import { lead, listen, outcomeOf, reasonOf, World } from "./world.ts";

/** A store of which some part is another. */
function altered(
  store: MemoryStore,
  parts: { readonly [Part in keyof LeaseStore]?: LeaseStore[Part] | undefined },
): LeaseStore {
  return new Proxy<LeaseStore>(store, {
    get: (_, key) => {
      if (Object.hasOwn(parts, key)) return parts[key as keyof LeaseStore];
      const own: unknown = Reflect.get(store, key, store);
      return typeof own === "function" ? (own.bind(store) as unknown) : own;
    },
  });
}

const conflicts: Pick<LeaseStore, "compareAndSwap"> = {
  compareAndSwap: () => Promise.resolve({ outcome: "conflict" }),
};

describe("whoever is always too late", () => {
  it("gives an attempt up after a few looks: the lease is in good hands", async () => {
    const world = new World();
    let claims = 0;
    const compareAndSwap: LeaseStore["compareAndSwap"] = () => {
      claims += 1;
      return Promise.resolve({ outcome: "conflict" });
    };
    const { client } = world.join("a", { store: altered(world.memory, { compareAndSwap }) });
    expect(await client.tryAcquire("job")).toBeNull();
    expect(claims).toBe(10);
  });

  it("is told that its order is not written, or that nobody knows", async () => {
    const world = new World();
    await lead(world.join("a"));
    const late = world.join("b", { store: altered(world.memory, conflicts) }).client;
    await expect(late.revoke("job", "maintenance")).rejects.toMatchObject({ code: "ESTOREUNAVAILABLE" });
    const cause = new Error("cut off");
    const unknown = altered(world.memory, { compareAndSwap: () => Promise.resolve({ outcome: "unknown", cause }) });
    const lost = world.join("c", { store: unknown }).client;
    await expect(lost.revoke("job", "maintenance")).rejects.toMatchObject({ code: "EAMBIGUOUS", cause });
  });

  it("is told that its order stands once it was written again, where the first answer was lost", async () => {
    const world = new World();
    const lease = await lead(world.join("a"));
    const { client, store } = world.join("b");
    store.inject("compareAndSwap", { kind: "fail-after" });
    await client.pause("job", { expiresAfterMs: 60_000, reason: "maintenance" });
    const { record } = await world.memory.read("job");
    expect(record).toMatchObject({ epoch: lease.epoch, paused: { reason: "maintenance" } });
    const said: string[] = [];
    for await (const { event } of world.memory.journal("job")) said.push(event.type);
    expect(said).toEqual(["lease.acquired", "lease.paused", "lease.paused"]);
  });

  it("is told at once what the store refuses", async () => {
    const world = new World();
    await lead(world.join("a"));
    const { client, store } = world.join("b");
    store.inject("compareAndSwap", { kind: "fail" }, { times: 2 });
    await expect(client.revoke("job", "maintenance")).rejects.toMatchObject({ code: "ESTOREUNAVAILABLE" });
    expect((await world.memory.read("job")).record?.revoked).toBeNull();
  });

  it("and leaves, is told that its lease ends by itself", async () => {
    const world = new World();
    let isLate = false;
    const compareAndSwap: LeaseStore["compareAndSwap"] = (...args) =>
      isLate ? Promise.resolve({ outcome: "conflict" }) : world.memory.compareAndSwap(...args);
    const lease = await world.join("a", { store: altered(world.memory, { compareAndSwap }) }).client.acquire("job");
    isLate = true;
    await expect(lease.release()).rejects.toMatchObject({
      code: "EAMBIGUOUS",
      message: expect.stringMatching(/duration$/u),
    });
  });

  it("and leaves where it may not write, tries only once", async () => {
    const world = new World();
    const party = world.join("a");
    const lease = await lead(party);
    const error = new LeaseError("EPERMISSION", "not yours");
    const refusals = party.store.inject("compareAndSwap", { kind: "fail", error }, { times: 9 });
    await expect(lease.release()).rejects.toMatchObject({ code: "EPERMISSION" });
    expect(refusals.strikes).toBe(1);
  });
});

describe("a candidate", () => {
  it("refuses a lease whose epochs are used up", async () => {
    const world = new World();
    const held = await lead(world.join("a"));
    world.memory.tamper("job", { ...held.record, epoch: Number.MAX_SAFE_INTEGER });
    await expect(world.join("b").client.tryAcquire("job")).rejects.toMatchObject({ code: "ESTATECORRUPT" });
  });

  it("waits out what it can neither give back nor know", async () => {
    const world = new World();
    const events = listen();
    const { client, store } = world.join("a");
    store.inject("compareAndSwap", { kind: "drop-reply" });
    const leaving = new AbortController();
    const winning = client.acquire("job", { signal: leaving.signal });
    await outcomeOf(winning);
    store.inject("compareAndSwap", { kind: "fail" });
    leaving.abort(new Error("going home"));
    await expect(winning).rejects.toThrow("going home");
    await world.time.advance(10);
    expect(events).toEqual([]);
    const waiting = world.join("b").client.acquire("job");
    await world.time.advance(15_100);
    expect(await outcomeOf(waiting)).toMatchObject({ value: { epoch: 2 } });
  });

  it("remembers a few claims whose outcome it does not know, and takes an older one for another's", async () => {
    const world = new World();
    const { client, store } = world.join("a");
    const hung = store.inject("compareAndSwap", { kind: "hang" }, { times: 17 });
    const winning = client.acquire("job");
    while (hung.strikes < 17) await world.time.advance(500);
    await world.time.advance(1000);
    hung.release();
    await world.time.advance(2000);
    expect(await outcomeOf(winning)).toBe("pending");
    await world.time.advance(14_000);
    expect(await outcomeOf(winning)).toMatchObject({ value: { epoch: 2 } });
  });

  it("leaves also while it looks at the holder", async () => {
    const world = new World();
    await lead(world.join("a"));
    const leaving = new AbortController();
    const proveDeath: ProveDeath = () => {
      leaving.abort(new Error("enough"));
      return { verdict: "alive", evidence: "it runs" };
    };
    const waiting = world.join("b", { proveDeath }).client.acquire("job", { signal: leaving.signal });
    await expect(waiting).rejects.toThrow("enough");
  });

  it("looks for no death where the holder is no process", async () => {
    const world = new World();
    const { client } = world.join("a", { identity: fixedIdentity("a", { pid: null }) });
    await client.acquire("job");
    let looks = 0;
    const proveDeath: ProveDeath = () => {
      looks += 1;
      return { verdict: "dead", evidence: "none" };
    };
    const waiting = world.join("b", { proveDeath }).client.acquire("job");
    await world.time.advance(15_100);
    expect(await outcomeOf(waiting)).toMatchObject({ value: { epoch: 2 } });
    expect(looks).toBe(0);
  });

  it("is not ended by a prover that throws anything at all", async () => {
    const world = new World();
    await lead(world.join("a"));
    const proveDeath: ProveDeath = () => {
      throw "no /proc" as unknown as Error;
    };
    expect(await world.join("b", { proveDeath }).client.tryAcquire("job")).toBeNull();
  });

  it("finds a death by looking now and then where the store tells of none, and leads there as well", async () => {
    const world = new World();
    const holder = world.join("a");
    const store = altered(world.memory, { vigil: undefined });
    const waiting = world.join("b", { store }).client.acquire("job");
    await waiting.then((lease) => lease.release());
    await lead(holder);
    const again = world.join("c", { store }).client.acquire("job");
    await world.time.advance(2500);
    world.kill(holder);
    await world.time.advance(1100);
    expect(await outcomeOf(again)).toMatchObject({ value: { epoch: 3 } });
  });

  it("does not say when one died whom it never saw alive", async () => {
    const world = new World();
    const holder = world.join("a");
    await lead(holder);
    let isGone = false;
    const proveDeath: ProveDeath = () => ({ verdict: isGone ? "dead" : "unknown", evidence: "seen from elsewhere" });
    const waiting = world.join("b", { proveDeath }).client.acquire("job");
    await world.time.advance(2000);
    const events = listen();
    isGone = true;
    world.kill(holder);
    await world.time.advance(500);
    expect(await outcomeOf(waiting)).toMatchObject({ value: { epoch: 2 } });
    expect(events[0]?.ended).toEqual({
      epoch: 1,
      holderIdentity: "a",
      how: "holder-dead",
      evidence: "seen from elsewhere",
    });
  });
});

describe("a holder", () => {
  it("that took up a revoked term is told so, and renews nothing", async () => {
    const world = new World();
    const held = await lead(world.join("a"));
    await world.join("ops").client.revoke("job", "maintenance");
    const taken = await world.join("a").client.attach("job", { holderIdentity: "a", epoch: held.epoch });
    await expect(taken.renew()).rejects.toMatchObject({ reason: "revoked" });
    expect(reasonOf(taken)).toBe("revoked");
  });

  it("gains nothing by an answer that comes when its time is over", async () => {
    const world = new World();
    const party = world.join("a");
    const lease = await lead(party);
    party.store.inject("compareAndSwap", { kind: "delay", afterMs: 100 });
    const renewing = expect(lease.renew()).rejects.toMatchObject({ code: "ELEASELOST", reason: "suspended" });
    await party.clock.suspend(13_000);
    await world.time.advance(200);
    await renewing;
    expect([lease.remainingMs(), lease.signal.aborted]).toEqual([0, true]);
  });

  it("is renewed by its next try, also when the store refuses the one that was given up after that", async () => {
    const world = new World();
    const lease = await lead(world.join("a"));
    // What was given up still arrives, and is answered.
    const { memory } = world;
    const slow = memory.connect({ clock: new FakeClock({ time: world.time }) });
    const compareAndSwap: LeaseStore["compareAndSwap"] = (expected, record, event, { durable }) =>
      slow.compareAndSwap(expected, record, event, { durable });
    const party = world.join("a", { store: altered(memory, { compareAndSwap }) });
    const attached = await party.client.attach("job", { holderIdentity: "a", epoch: 1 });
    slow.inject("compareAndSwap", { kind: "delay", beforeMs: 1500 });
    const renewing = attached.renew();
    await world.time.advance(500);
    await lease.renew();
    await world.time.advance(2000);
    await renewing;
    expect(attached.record).toMatchObject({ renewals: 2 });
    expect((await world.memory.read("job")).record?.nonce).toBe(attached.record.nonce);
  });

  it("may leave as soon as it is told that the machine slept", async () => {
    const world = new World();
    const party = world.join("a");
    const lease = await lead(party);
    let leaving: Promise<void> | undefined;
    const leave = (): void => void (leaving ??= lease.release());
    subscribe(eventChannel("clock.suspended"), leave);
    onTestFinished(() => void unsubscribe(eventChannel("clock.suspended"), leave));
    await party.clock.suspend(5000);
    await world.time.advance(3000);
    await leaving;
    expect((await world.memory.read("job")).record?.releaseReason).toBe("completed");
    expect(party.clock.pendingTimers).toBe(0);
  });
});

it("what a store throws without a code has kept it from being reached", () => {
  const evidence = { renewDeadlineMs: 12_000, elapsedMs: 12_000, suspendedMs: 0, stalledMs: 0, attempts: 1 };
  const lastError = new Error("socket hang up");
  expect(explainExpiry({ ...evidence, answeredLate: false, lastError })).toEqual({
    reason: "store-unreachable",
    why: "1 renewal was tried; the last one failed: socket hang up",
  });
  expect(explainExpiry({ ...evidence, attempts: 3, answeredLate: false, lastError: undefined })).toEqual({
    reason: "store-unreachable",
    why: "3 renewals were tried, and none was answered",
  });
});

it("whoever waits hears of a change that comes while it looks, and waits for nothing that has happened", async () => {
  const world = new World();
  const held = await lead(world.join("a"));
  const waiter = world.join("b");
  const waiting = waiter.client.acquire("job");
  await world.time.advance(100);
  // Its claim comes second, and what it looks at then is old when it is told.
  waiter.store.inject("compareAndSwap", { kind: "delay", beforeMs: 100 });
  const look = waiter.store.inject("read", { kind: "delay", afterMs: 500 });
  await held.release();
  const second = await lead(world.join("c"));
  await world.time.advance(200);
  expect([look.strikes, await outcomeOf(waiting)]).toEqual([1, "pending"]);
  await second.release();
  await world.time.advance(500);
  expect(await waiting).toMatchObject({ epoch: 3 });
});

it("a look that fails after a conflict says what failed, and the lease still stands", async () => {
  const world = new World();
  const party = world.join("a");
  const lease = await lead(party);
  world.memory.tamper("job", { ...lease.record, leaseTransitions: 9 });
  party.store.inject("read", { kind: "fail", error: new Error("socket hang up") });
  await expect(lease.renew()).rejects.toMatchObject({
    code: "EAMBIGUOUS",
    message: expect.stringContaining("socket hang up"),
  });
  expect(lease.remainingMs()).toBeGreaterThan(0);
});

it("a term that another has taken is not given back: nothing is written", async () => {
  const world = new World();
  const lease = await lead(world.join("a"));
  const taken = { ...lease.record, holderIdentity: "b", epoch: 2, nonce: "of-b" };
  world.memory.tamper("job", taken);
  await expect(lease.renew()).rejects.toMatchObject({ code: "ELEASELOST" });
  await lease.release();
  expect((await world.memory.read("job")).record).toEqual(taken);
});

it("what was seen of one revision says nothing of another", async () => {
  const time = new VirtualTime();
  const clock = new FakeClock({ time });
  const timing = resolveTiming();
  const lookout = new Lookout(clock, timing.renewDeadlineMs);
  const context = { clock, lookout, store: new MemoryStore(), settings: {}, timing, proveDeath: undefined };
  const observer = new Observer({ ...context, identity: fixedIdentity("a"), randomToken: () => "token" });
  const seen = aSnapshot(aRecord());
  observer.see(seen);
  await time.advance(20_000);
  expect(observer.evidence(seen).unchangedMs).toBe(19_990);
  expect(observer.evidence({ ...seen, revision: "8" }).unchangedMs).toBe(0);
});

describe("an observer", () => {
  async function seen(watch: LeaseStore["watch"], signal: AbortSignal): Promise<readonly Snapshot[]> {
    const world = new World();
    const { client } = world.join("a", { store: altered(world.memory, { watch }) });
    const all: Snapshot[] = [];
    for await (const snapshot of client.observe("job", { signal })) all.push(snapshot);
    return all;
  }

  const first: Snapshot = { name: "job", storeId: "s", record: null, revision: "1", epochFloor: 0, floorWaitMs: 0 };

  it.each(["yields once more", "fails"])("hears nothing more of a watch that %s when it is given up", async (how) => {
    const leaving = new AbortController();
    async function* watch(): AsyncGenerator<Snapshot, void, void> {
      yield first;
      leaving.abort();
      await Promise.resolve();
      if (how === "fails") throw new Error("aborted");
      yield { ...first, revision: "2" };
    }
    expect(await seen(watch, leaving.signal)).toEqual([first]);
  });
});

it("without a prover of deaths, status says nothing of a process, and its lease is waited out", async () => {
  const world = new World();
  await lead(world.join("a"));
  const { store, clock } = world.join("b");
  const blind = createLeaseClient({ store, clock, identity: fixedIdentity("b"), randomToken: () => "token-of-b" });
  expect(await blind.status("job")).toMatchObject({ state: "held", holderProcess: "unknown" });
  const waiting = blind.acquire("job");
  await world.time.advance(15_100);
  expect(await outcomeOf(waiting)).toMatchObject({ value: { epoch: 2 } });
});
