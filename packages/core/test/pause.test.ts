import { DURATION_MAX_MS } from "@tenure/schema/light";
import { describe, expect, it } from "vitest";
import { decidePause, decideResume } from "../src/protocol/pause.ts";
import { aRecord, aSnapshot } from "./fixtures.ts";
import { lead, listen, World } from "./world.ts";

const pause = { expiresAfterMs: 60_000, reason: "migration" };

describe("rule: a pause forbids acquisition, and never extends validity", () => {
  it("is written, and lifted, so that a power cut takes neither", () => {
    const order = { by: "ops", nonce: "n", wallTime: "2026-01-01T00:00:00.000Z" };
    const standing = aSnapshot(aRecord());
    expect(decidePause(standing, { ...order, ...pause })).toMatchObject({ outcome: "commit", durable: true });
    const paused = { paused: { by: "ops", nonce: "n", ...pause } };
    expect(decideResume(aSnapshot(aRecord(paused)), order)).toMatchObject({ outcome: "commit", durable: true });
  });

  it("keeps a free lease free until it has stood for its time, without anybody's help", async () => {
    const world = new World();
    const ops = world.join("ops").client;
    await (await lead(world.join("a"))).release();
    await ops.pause("job", pause);
    const candidate = world.join("b");
    await expect(candidate.client.tryAcquire("job")).rejects.toMatchObject({
      code: "EPAUSED",
      message: expect.stringContaining("migration") as string,
    });
    const waiting = candidate.client.acquire("job");
    let leads = false;
    void waiting.then(() => (leads = true));
    await world.time.advance(59_000);
    expect(leads).toBe(false);
    await world.time.advance(2_000);
    expect((await waiting).record).toMatchObject({ epoch: 2, paused: null });
  });

  it("stands for its whole time anew when it is repeated in the same words, also to who has seen the first", async () => {
    for (const expiresAfterMs of [60_000, DURATION_MAX_MS - 1]) {
      const world = new World();
      const ops = world.join("ops").client;
      await (await lead(world.join("a"))).release();
      await ops.pause("job", { ...pause, expiresAfterMs });
      const waiting = world.join("b").client.acquire("job");
      let leads = false;
      void waiting.then(() => (leads = true));
      for (let times = 0; times < 3; times += 1) {
        await world.time.advance(0.9 * expiresAfterMs);
        await ops.pause("job", { ...pause, expiresAfterMs });
      }
      await world.time.advance(0.9 * expiresAfterMs);
      expect(leads).toBe(false);
      await world.time.advance(0.2 * expiresAfterMs);
      await waiting;
    }
  });

  it("says what lifts it, but for one without end: its reason tells where the lease is led now", async () => {
    const world = new World();
    const ops = world.join("ops").client;
    await (await lead(world.join("a"))).release();
    await ops.pause("job", pause);
    const { client } = world.join("b");
    await expect(client.tryAcquire("job")).rejects.toThrow(/"migration"; resume lifts it$/u);
    await ops.pause("job", { expiresAfterMs: DURATION_MAX_MS, reason: "moved to the server" });
    await expect(client.tryAcquire("job")).rejects.toThrow(/"moved to the server"$/u);
  });

  it("is lifted at once by resume, whoever paused; resume without a pause changes nothing", async () => {
    const world = new World();
    await (await lead(world.join("a"))).release();
    const events = listen();
    await world.join("ops").client.pause("job", pause);
    const waiting = world.join("b").client.acquire("job");
    await world.time.advance(1_000);
    const other = world.join("other").client;
    await other.resume("job");
    await world.time.advance(100);
    await waiting;
    const { revision } = await world.memory.read("job");
    await other.resume("job");
    expect((await world.memory.read("job")).revision).toBe(revision);
    expect(events).toMatchObject([
      { type: "lease.paused", by: "ops", remark: "migration", holderIdentity: null, epoch: 1 },
      { type: "lease.resumed", by: "other" },
      { type: "lease.acquired", epoch: 2 },
    ]);
  });

  it("leaves whoever leads in office, outlasts its renewals and its release, and gives it no second more", async () => {
    const world = new World();
    const holder = world.join("a");
    const lease = await lead(holder);
    const before = lease.remainingMs();
    await world.join("ops").client.pause("job", pause);
    expect(lease.remainingMs()).toBe(before);
    await lease.renew();
    expect(lease.record.paused).toMatchObject({ reason: "migration" });
    await lease.release();
    await expect(world.join("b").client.tryAcquire("job")).rejects.toMatchObject({ code: "EPAUSED" });
  });

  it("holds as well when the paused holder dies: nobody takes over before both are over", async () => {
    const world = new World();
    await lead(world.join("a"));
    await world.join("ops").client.pause("job", pause);
    const waiting = world.join("b").client.acquire("job");
    let leads = false;
    void waiting.then(() => (leads = true));
    await world.time.advance(50_000);
    expect(leads).toBe(false);
    await world.time.advance(12_000);
    expect((await waiting).epoch).toBe(2);
  });

  it("needs a lease that was held, and says so", async () => {
    const { client } = new World().join("ops");
    const nothing = { code: "ENOTACQUIRED", message: expect.stringContaining("nobody has held") as string };
    await expect(client.pause("job", pause)).rejects.toMatchObject(nothing);
    await expect(client.resume("job")).rejects.toMatchObject(nothing);
    await expect(client.pause("-x", pause)).rejects.toMatchObject({ code: "EUSAGE" });
    await expect(client.pause("job", { ...pause, expiresAfterMs: -1 })).rejects.toMatchObject({ code: "EUSAGE" });
  });

  it("is not set where the record is lost, and says so", async () => {
    const world = new World();
    const ops = world.join("ops").client;
    await lead(world.join("a"));
    world.memory.tamper("job", null);
    const lost = { code: "ENOTACQUIRED", message: expect.stringContaining("is lost") as string };
    await expect(ops.pause("job", pause)).rejects.toMatchObject(lost);
    await expect(ops.resume("job")).rejects.toMatchObject(lost);
  });
});
