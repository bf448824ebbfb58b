import { describe, expect, it } from "vitest";
import {
  describeBrokenStores,
  describeLeaseStore,
  FakeClock,
  MemoryStore,
  type StoreSubject,
} from "../src/testing/index.ts";
import { aRecord } from "./fixtures.ts";

const subject: StoreSubject = {
  name: "MemoryStore",
  supports: ["loseRecord", "vigil"],
  open: () => {
    const store = new MemoryStore();
    return Promise.resolve({
      connect: () => Promise.resolve(store.connect()),
      loseRecord: (name) => Promise.resolve(store.tamper(name, null)),
      dispose: () => store.close(),
    });
  },
};
describeLeaseStore(subject, { describe, it });
describeBrokenStores(subject, { describe, it });

describe("a MemoryStore's faults", () => {
  const event = {
    type: "lease.acquired",
    name: "job",
    time: "2026-01-01T00:00:00Z",
    epoch: 5,
    holderIdentity: "a",
  } as const;
  const claim = async (store: MemoryStore, signal?: AbortSignal): Promise<unknown> =>
    await store.compareAndSwap(
      await store.connect().read("job"),
      aRecord(),
      event,
      signal === undefined ? { durable: true } : { durable: true, signal },
    );
  const nonceIn = async (store: MemoryStore): Promise<string | undefined> =>
    (await store.connect().read("job")).record?.nonce;

  it("fail before anything took effect", async () => {
    const store = new MemoryStore();
    store.inject("compareAndSwap", { kind: "fail" });
    await expect(claim(store)).rejects.toMatchObject({ code: "ESTOREUNAVAILABLE" });
    expect(await nonceIn(store)).toBeUndefined();
    await expect(claim(store)).resolves.toMatchObject({ outcome: "committed" });
  });

  it("fail after it took effect: unknown", async () => {
    const store = new MemoryStore();
    const cause = new Error("EIO");
    store.inject("compareAndSwap", { kind: "fail-after", error: cause });
    await expect(claim(store)).resolves.toEqual({ outcome: "unknown", cause });
    expect(await nonceIn(store)).toBe("nonce-of-a");
    store.inject("read", { kind: "fail-after" });
    await expect(store.read("job")).rejects.toMatchObject({ code: "ESTOREUNAVAILABLE" });
  });

  it("delay the effect and the answer on the clock", async () => {
    const clock = new FakeClock();
    const store = new MemoryStore({ clock });
    store.inject("compareAndSwap", { kind: "delay", beforeMs: 100, afterMs: 50 });
    const claimed = claim(store);
    let answered = false;
    void claimed.then(() => (answered = true));
    await clock.advance(99);
    expect(await nonceIn(store)).toBeUndefined();
    await clock.advance(1);
    expect([await nonceIn(store), answered]).toEqual(["nonce-of-a", false]);
    await clock.advance(50);
    expect(answered).toBe(true);
  });

  it("drop the answer; who gives up learns nothing", async () => {
    const store = new MemoryStore();
    store.inject("compareAndSwap", { kind: "drop-reply" });
    const giveUp = new AbortController();
    const claimed = claim(store, giveUp.signal);
    giveUp.abort(new Error("too late"));
    await expect(claimed).resolves.toMatchObject({ outcome: "unknown" });
    expect(await nonceIn(store)).toBe("nonce-of-a");
  });

  it("hang until released, and take effect then", async () => {
    const store = new MemoryStore();
    const hang = store.inject("compareAndSwap", { kind: "hang" });
    const claimed = claim(store, AbortSignal.abort());
    await expect(claimed).resolves.toMatchObject({ outcome: "unknown" });
    expect([hang.strikes, await nonceIn(store)]).toEqual([1, undefined]);
    hang.release();
    await expect.poll(() => nonceIn(store)).toBe("nonce-of-a");
  });

  it("make a watch fail, and end it while it hangs", async () => {
    const store = new MemoryStore();
    store.inject("watch", { kind: "fail", error: new Error("lost") });
    const watch = async (signal: AbortSignal): Promise<string> => {
      for await (const _ of store.watch("job", { signal }));
      return "ended";
    };
    await expect(watch(new AbortController().signal)).rejects.toThrow("lost");
    store.inject("watch", { kind: "hang" });
    const giveUp = new AbortController();
    const watched = watch(giveUp.signal);
    giveUp.abort();
    await expect(watched).resolves.toBe("ended");
  });

  it("crash a client: its vigils end and nothing is answered", async () => {
    const store = new MemoryStore();
    const holder = store.connect();
    await holder.vigil?.keep("job", 1);
    const ended = new Promise<void>((resolve) => void store.vigil?.attend("job", 1, resolve));
    holder.crash();
    await ended;
    const answer = await Promise.race([holder.read("job"), new Promise((resolve) => setImmediate(resolve, "nothing"))]);
    expect(answer).toBe("nothing");
  });
});
