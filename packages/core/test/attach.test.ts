import { describe, expect, it } from "vitest";
import { aProcess } from "./fixtures.ts";
import { lead, listen, World } from "./world.ts";

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

  it("takes up a term past its deadline where it is only to be released: legal as long as nobody took over", async () => {
    const world = new World();
    await lead(world.join("a"));
    await world.time.advance(13_000);
    const term = { holderIdentity: "a", epoch: 1 };
    const overdue = await world.join("x").client.attach("job", term, { overdue: true });
    expect(overdue.remainingMs()).toBe(0);
    await expect(overdue.renew()).rejects.toMatchObject({ code: "ELEASELOST" });
    await overdue.release();
    const successor = await lead(world.join("b"));
    expect([successor.epoch, successor.predecessor?.releaseReason]).toEqual([2, "completed"]);
    await expect(world.join("x").client.attach("job", term, { overdue: true })).rejects.toThrow(/not held by/u);
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
