import {
  AdoptedStore,
  KeptFile,
  orchestratorAdoption,
  readForeignLease,
  type ForeignWritePolicy,
} from "@tenure/adoption";
import { createLeaseClient, type JournalEntry, type LeaseClient } from "@tenure/core";
import { FakeClock, fixedIdentity, MemoryStore, sequentialTokens } from "@tenure/core/testing";
import { describe, expect, test } from "vitest";
import { FakeFile } from "./fakes.ts";

const original = `{ "leader_id": null,
  "leader_epoch": 7, "notes": [1.50], "last_heartbeat": "2026-01-01T00:00:00+00:00", "ttl_ms": 180000 }`;

interface AdoptedSettings {
  readonly text?: string;
  readonly onForeignWrite?: ForeignWritePolicy;
}

function adopted({ text = original, onForeignWrite = "repair" }: AdoptedSettings = {}): {
  readonly file: FakeFile;
  readonly clock: FakeClock;
  readonly store: AdoptedStore;
  readonly inner: MemoryStore;
  readonly told: string[];
  readonly clientOf: (holder: string) => LeaseClient;
  readonly journal: () => Promise<JournalEntry[]>;
} {
  const clock = new FakeClock();
  const inner = new MemoryStore({ storeId: "s" });
  const file = new FakeFile(text);
  const told: string[] = [];
  const seen = readForeignLease(text, orchestratorAdoption);
  const settings = { adoption: orchestratorAdoption, onForeignWrite, seen, original: text };
  const kept = new KeptFile({ name: "orders", adopted: settings, file, store: inner, clock });
  const rule = createLeaseClient({
    store: inner,
    identity: fixedIdentity("adoption"),
    clock,
    randomToken: sequentialTokens("r"),
  });
  const store = new AdoptedStore({
    store: inner,
    clock,
    fileOf: (name) => (name === "orders" ? kept : null),
    end: async (name, evidence, { bar }) => {
      if (bar) await rule.pause(name, { expiresAfterMs: 1e9, reason: evidence });
      if ((await rule.status(name)).holderIdentity !== null) await rule.revoke(name, evidence);
    },
    onTrouble: (_, trouble) => told.push(trouble),
  });
  const clientOf = (holder: string): LeaseClient =>
    createLeaseClient({ store, identity: fixedIdentity(holder), clock, randomToken: sequentialTokens(holder) });
  const journal = async (): Promise<JournalEntry[]> => {
    const entries: JournalEntry[] = [];
    for await (const entry of inner.journal("orders")) entries.push(entry);
    return entries;
  };
  return { file, clock, store, inner, told, clientOf, journal };
}

async function lead({ clientOf, store }: ReturnType<typeof adopted>, holder = "a", aboveEpoch = 7) {
  const lease = await clientOf(holder).tryAcquire("orders", { aboveEpoch });
  if (lease === null) throw new Error("it is held");
  await store.settled();
  return lease;
}

describe("the file of an adopted lease", () => {
  test("says what the record says after each change, and nothing else of it changes", async () => {
    const world = adopted();
    const lease = await lead(world);
    expect(world.file.text).toBe(
      original
        .replace("null", '"a"')
        .replace("7", "8")
        .replace("2026-01-01T00:00:00+00:00", "2026-01-01T00:00:00.000Z")
        .replace("180000", "15000"),
    );
    await world.clock.time.advance(2_000);
    await lease.renew();
    await world.store.settled();
    expect(world.file.fields["last_heartbeat"]).toBe("2026-01-01T00:00:02.000Z");
    await lease.release();
    await world.store.settled();
    expect(world.file.fields).toMatchObject({ leader_id: null, leader_epoch: 8, notes: [1.5] });
    expect(world.told).toEqual([]);
  });

  test("does not keep its own epoch from a claim that is made again, since its answer was lost", async () => {
    const world = adopted();
    world.inner.inject("compareAndSwap", { kind: "fail-after" });
    const lease = await lead(world);
    expect([lease.epoch, world.file.fields["leader_epoch"]]).toEqual([8, 8]);
    expect(world.told).toEqual([]);
  });

  test("keeps what other programs write beside the lease, also between the look and the write", async () => {
    const world = adopted();
    const lease = await lead(world);
    world.file.meanwhile = () => world.file.change({ tasks: ["b"] });
    await world.clock.time.advance(1_000);
    await lease.renew();
    await world.store.settled();
    expect(world.file.fields).toMatchObject({
      leader_id: "a",
      tasks: ["b"],
      last_heartbeat: "2026-01-01T00:00:01.000Z",
    });
    expect(world.told).toEqual([]);
  });

  test("of a writer that was killed before it wrote is brought into step by the next, and nobody is accused", async () => {
    const world = adopted();
    const first = await lead(world);
    const behind = world.file.text;
    await first.release();
    await world.store.settled();
    world.file.write(behind);
    const second = adopted({ text: world.file.text ?? "" });
    const other = new KeptFile({
      name: "orders",
      adopted: {
        adoption: orchestratorAdoption,
        onForeignWrite: "repair",
        seen: readForeignLease(original, orchestratorAdoption),
        original,
      },
      file: world.file,
      store: world.inner,
      clock: second.clock,
    });
    await other.bringIntoStep();
    expect(world.file.fields).toMatchObject({ leader_id: null, leader_epoch: 8 });
    const snapshot = await world.inner.read("orders");
    if (snapshot.record === null) throw new Error("no record");
    expect(await other.object(snapshot, snapshot.record, "renew")).toEqual({ kind: "none", remark: null });
  });
});

describe("a write that goes round tenure", () => {
  test("is found by the next renewal, written into the journal with its traces, and repaired", async () => {
    const world = adopted();
    const lease = await lead(world);
    world.file.change({ leader_id: "b", last_heartbeat: "2026-01-06T12:00:00+00:00" });
    await lease.renew();
    await world.store.settled();
    const entry = (await world.journal()).at(-1);
    expect(entry?.event.type).toBe("lease.renewed");
    expect(entry?.event.remark).toMatch(
      /^\/srv\/leader\.json was written round tenure: "b", epoch 8, where "a", epoch 8, belongs; by a new file of user 1000 \(app\); at .*; its heartbeat is written "2026-01-06T12:00:00\+00:00"; open in process 7 \(jq\)$/u,
    );
    expect(world.told).toEqual([entry?.event.remark]);
    expect(world.file.fields["leader_id"]).toBe("a");
    await lease.renew();
    expect((await world.journal()).at(-1)?.event.remark).toBeUndefined();
  });

  test("that puts an older state of tenure's own back is found as well", async () => {
    const world = adopted();
    const lease = await lead(world);
    const older = world.file.text;
    await world.clock.time.advance(1_000);
    await lease.renew();
    await world.store.settled();
    world.file.write(older);
    await lease.renew();
    expect((await world.journal()).at(-1)?.event.remark).toContain("round tenure");
  });

  test("right after tenure's own is not taken for tenure's own", async () => {
    const world = adopted();
    const lease = await lead(world);
    world.file.afterwards = () => world.file.change({ leader_id: "b" });
    await world.clock.time.advance(1_000);
    await lease.renew();
    await world.store.settled();
    await lease.renew();
    expect((await world.journal()).at(-1)?.event.remark).toContain("by a new file");
  });

  test("with a higher epoch ends the term; the next lies above it, once the foreign holder stood unchanged for its duration", async () => {
    const world = adopted();
    const lease = await lead(world);
    world.file.change({ leader_id: "b", leader_epoch: 20, ttl_ms: 60_000 });
    await expect(lease.renew()).rejects.toMatchObject({ code: "ELEASELOST", reason: "revoked" });
    await lease.release("stopped");
    await world.store.settled();
    expect(world.file.fields).toMatchObject({ leader_id: "b", leader_epoch: 20 });
    const next = world.clientOf("c");
    await expect(next.tryAcquire("orders")).rejects.toMatchObject({ code: "ELOCKED" });
    await world.clock.time.advance(59_999);
    await expect(next.tryAcquire("orders")).rejects.toMatchObject({ code: "ELOCKED" });
    await world.clock.time.advance(1);
    expect((await next.tryAcquire("orders"))?.epoch).toBe(21);
    await world.store.settled();
    expect(world.file.fields).toMatchObject({ leader_id: "c", leader_epoch: 21 });
  });

  test("is left alone by the policy refuse: the term ends, and nobody leads until it is adopted again", async () => {
    const world = adopted({ onForeignWrite: "refuse" });
    const lease = await lead(world);
    world.file.change({ leader_id: "b" });
    const foreign = world.file.text;
    await expect(lease.renew()).rejects.toMatchObject({ code: "ELEASELOST", reason: "revoked" });
    await lease.release("stopped");
    await world.store.settled();
    expect(world.file.text).toBe(foreign);
    await expect(world.clientOf("c").tryAcquire("orders")).rejects.toMatchObject({ code: "EPAUSED" });
    const types = (await world.journal()).map(({ event }) => event.type);
    expect(types).toEqual(["lease.acquired", "lease.paused", "lease.revoked", "lease.released"]);
  });

  test.each([
    ["removed", null],
    ["torn", '{"leader_id": "a'],
  ])("that leaves the file %s is repaired when it is so for longer than a write takes", async (_, text) => {
    const world = adopted();
    const lease = await lead(world);
    world.file.change({ tasks: [1] });
    await lease.renew();
    await world.store.settled();
    world.file.write(text);
    await lease.renew();
    await world.store.settled();
    expect(world.file.text).toBe(text);
    await world.clock.time.advance(1_000);
    await lease.renew();
    await world.store.settled();
    expect(world.file.fields).toMatchObject({ leader_id: "a", notes: [1.5], tasks: [1] });
    expect(world.file.putAways).toEqual(text === null ? [] : [text]);
    expect((await world.journal()).at(-1)?.event.remark).toContain(text === null ? "it is gone" : "cannot be read");
  });
});

test("a file that a disk does not give out delays a renewal, and is told, but ends no term", async () => {
  const world = adopted();
  const lease = await lead(world);
  world.file.look = () => new Promise(() => {});
  const renewing = lease.renew();
  await world.clock.time.advance(500);
  await renewing;
  expect(world.told).toEqual(["its adopted file could not be looked at within 500 ms"]);
});
