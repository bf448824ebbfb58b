import type { LeaseStore, SwapOutcome } from "@tenure/core";
import { eventFor, heldRecord } from "@tenure/core/testing";
import { describe, expect, test } from "vitest";
import { freshPrefix, openStore, Operator, skipped } from "./server.ts";

describe.skipIf(skipped !== null)(`swaps that come together${skipped === null ? "" : `: ${skipped}`}`, () => {
  /** Looks at all of them first, so that they are acquired at once. */
  async function acquireAll(store: LeaseStore, names: readonly string[]): Promise<readonly SwapOutcome[]> {
    const vacant = await Promise.all(names.map((name) => store.read(name)));
    return await Promise.all(
      vacant.map((snapshot) => {
        const record = heldRecord(snapshot.name, 1);
        return store.compareAndSwap(snapshot, record, eventFor(record), { durable: true });
      }),
    );
  }

  function named(count: number): readonly string[] {
    return Array.from({ length: count }, (_, at) => `lease-${at}`);
  }

  test("are committed by few transactions", async () => {
    const store = await openStore({ prefix: freshPrefix() });
    const outcomes = await acquireAll(store, named(100));
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(["committed"]));
    const revisions = outcomes.map((it) => (it.outcome === "committed" ? it.snapshot.revision.split(".")[1] : ""));
    expect(new Set(revisions).size).toBeLessThan(10);
  });

  test("have each an outcome of its own, though one conflict undoes the transaction of all", async () => {
    const prefix = freshPrefix();
    const [store, other] = [await openStore({ prefix }), await openStore({ prefix })];
    const names = named(20);
    const vacant = await Promise.all(names.map((name) => store.read(name)));
    await acquireAll(other, ["lease-7", "lease-11"]);
    const outcomes = await Promise.all(
      vacant.map((snapshot) => {
        const record = heldRecord(snapshot.name, 1);
        return store.compareAndSwap(snapshot, record, eventFor(record), { durable: true });
      }),
    );
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(
      names.map((name) => (name === "lease-7" || name === "lease-11" ? "conflict" : "committed")),
    );
  });

  test("of one lease are swapped one after another", async () => {
    const store = await openStore({ prefix: freshPrefix() });
    const outcomes = await acquireAll(store, ["orders", "orders", "orders"]);
    expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(["committed", "conflict", "conflict"]);
  });

  test("are not kept by one whose store is gone: all are told", async () => {
    const prefix = freshPrefix();
    const [store, operator] = [await openStore({ prefix }), new Operator()];
    const vacant = await Promise.all(named(3).map((name) => store.read(name)));
    await operator.removeAll(prefix);
    operator.close();
    await Promise.all(
      vacant.map(async (snapshot) => {
        const record = heldRecord(snapshot.name, 1);
        const swap = store.compareAndSwap(snapshot, record, eventFor(record), { durable: true });
        await expect(swap).rejects.toMatchObject({ code: "ESTOREUNAVAILABLE", message: /names no store any more/u });
      }),
    );
  });
});
