import type { LeaseStore, Snapshot, SwapOutcome } from "@tenure/core";
import { eventFor, heldRecord } from "@tenure/core/testing";
import { startEtcd } from "@tenure/engines";
import { describe, expect, onTestFinished, test } from "vitest";
import { encode } from "../src/txn.ts";
import { freshPrefix, openStore, Operator, skipped } from "./server.ts";

describe.skipIf(skipped !== null)(`swaps that come together${skipped === null ? "" : `: ${skipped}`}`, () => {
  async function claim(store: LeaseStore, snapshot: Snapshot): Promise<SwapOutcome> {
    const record = heldRecord(snapshot.name, 1);
    return await store.compareAndSwap(snapshot, record, eventFor(record), { durable: true });
  }

  /** Looks at all of them first, so that they are acquired at once. */
  async function acquireAll(store: LeaseStore, names: readonly string[]): Promise<readonly SwapOutcome[]> {
    const vacant = await Promise.all(names.map((name) => store.read(name)));
    return await Promise.all(vacant.map((snapshot) => claim(store, snapshot)));
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
    const outcomes = await Promise.all(vacant.map((snapshot) => claim(store, snapshot)));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(
      names.map((name) => (name === "lease-7" || name === "lease-11" ? "conflict" : "committed")),
    );
  });

  test("of one lease are swapped one after another", async () => {
    const store = await openStore({ prefix: freshPrefix() });
    const outcomes = await acquireAll(store, ["orders", "orders", "orders"]);
    expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(["committed", "conflict", "conflict"]);
  });

  test("are not kept by one that this user may not write", async () => {
    const guarded = await startEtcd();
    onTestFinished(() => guarded?.stop());
    const url = guarded?.url ?? "";
    await openStore({ url });
    const etcdctl = new Operator(url);
    onTestFinished(() => etcdctl.close());
    for (const name of ["root", "ops"]) {
      await etcdctl.ask("/v3/auth/user/add", { name, password: "password" });
      await etcdctl.ask("/v3/auth/role/add", { name });
      await etcdctl.ask("/v3/auth/user/grant", { user: name, role: name });
    }
    const grants = [
      ["READ", "tenure/", "tenure0"],
      ["READWRITE", "tenure/store", "tenure/store0"],
      ["READWRITE", "tenure/lease/", "tenure/lease/lease-4/"],
      ["READWRITE", "tenure/journal/", "tenure/journal/lease-4/"],
    ] as const;
    for (const [permType, from, to] of grants)
      await etcdctl.ask("/v3/auth/role/grant", {
        name: "ops",
        perm: { permType, key: encode(from), range_end: encode(to) },
      });
    await etcdctl.ask("/v3/auth/enable", {});
    const store = await openStore({ url: url.replace("//", "//ops:password@") });
    const vacant = await Promise.all(named(5).map((name) => store.read(name)));
    const swapped = await Promise.allSettled(vacant.map((snapshot) => claim(store, snapshot)));
    expect(swapped).toMatchObject([
      ...Array.from({ length: 4 }, () => ({ value: { outcome: "committed" } })),
      { reason: { code: "EPERMISSION" } },
    ]);
  });

  test("are not kept by one whose store is gone: all are told", async () => {
    const prefix = freshPrefix();
    const [store, operator] = [await openStore({ prefix }), new Operator()];
    const vacant = await Promise.all(named(3).map((name) => store.read(name)));
    await operator.removeAll(prefix);
    operator.close();
    await Promise.all(
      vacant.map(async (snapshot) => {
        await expect(claim(store, snapshot)).rejects.toMatchObject({
          code: "EEPOCHREGRESSION",
          message: /holds no store any more/u,
        });
      }),
    );
  });
});
