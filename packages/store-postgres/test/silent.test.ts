import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import type { LeaseStore, Snapshot } from "@tenure/core";
import { eventFor, heldRecord } from "@tenure/core/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { connectionOf } from "../src/connection.ts";
import { freshSchema, openStore, proxied, server, skipped } from "./server.ts";

const GIVEN_UP = { code: "ESTOREUNAVAILABLE", message: expect.stringMatching(/it does not answer/u) as string };
const LONG_MS = 40_000;

test("a connection is asked for a sign of life every ten seconds, so that whoever hears by it learns of its end", () => {
  const expected = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 };
  expect(connectionOf("postgres://localhost/x")).toMatchObject(expected);
});

describe.skipIf(skipped !== null)(`a connection that fell silent${skipped === null ? "" : `: ${skipped}`}`, () => {
  async function write(store: LeaseStore, expected: Snapshot, renewals: number): Promise<Snapshot> {
    const record = heldRecord("orders", 1, { renewals });
    const swapped = await store.compareAndSwap(expected, record, eventFor(record), { durable: renewals === 0 });
    if (swapped.outcome !== "committed") throw new Error(swapped.outcome);
    return swapped.snapshot;
  }

  /** With all connections made that it may have. */
  async function warm(store: LeaseStore): Promise<void> {
    await Promise.all(Array.from({ length: 4 }, () => store.read("orders")));
  }

  test(
    "is given up by whoever reads a journal, lists, asks what the server is, or begins to watch",
    async () => {
      const proxy = await proxied();
      const store = await openStore({ url: proxy.url, schema: freshSchema() });
      await warm(store);
      proxy.weather = "drops everything";
      const signal = AbortSignal.timeout(LONG_MS);
      const asked = await Promise.allSettled([
        store.journal("orders")[Symbol.asyncIterator]().next(),
        store.list(),
        store.probe(),
        store.watch("orders", { signal })[Symbol.asyncIterator]().next(),
      ]);
      expect(asked).toMatchObject(asked.map(() => ({ status: "rejected", reason: GIVEN_UP })));
    },
    LONG_MS,
  );

  test(
    "keeps no later renewal from those who watch",
    async () => {
      const [schema, firewall] = [freshSchema(), await forgetful()];
      const [store, other] = [await openStore({ url: firewall.url, schema }), await openStore({ schema })];
      const acquired = await write(store, await store.read("orders"), 0);
      await write(store, acquired, 1);
      // Before it is told.
      firewall.forget();
      const watching = other.watch("orders", { signal: AbortSignal.timeout(LONG_MS) })[Symbol.asyncIterator]();
      await watching.next();
      const reading = async (): Promise<Snapshot | null> =>
        await store.read("orders", { signal: AbortSignal.timeout(200) }).catch(() => null);
      await expect.poll(reading).not.toBeNull();
      await write(store, await store.read("orders"), 2);
      expect((await watching.next()).value).toMatchObject({ record: { renewals: 2 } });
    },
    LONG_MS,
  );

  test("does not keep a store from closing, and what was under way is unknown", async () => {
    const proxy = await proxied();
    const store = await openStore({ url: proxy.url, schema: freshSchema() });
    await warm(store);
    const vacant = await store.read("orders");
    proxy.weather = "drops replies";
    const record = heldRecord("orders", 1);
    const swapping = store.compareAndSwap(vacant, record, eventFor(record), { durable: true });
    const reading = expect(store.read("orders")).rejects.toMatchObject({ code: "ESTOREUNAVAILABLE" });
    await proxy.dropped();
    await store.close();
    expect(await swapping).toMatchObject({ outcome: "unknown" });
    await reading;
  });
});

/** A firewall on the way to the server that forgets the connections there are, and tells nobody; new ones pass. */
async function forgetful(): Promise<{ readonly url: string; readonly forget: () => void }> {
  const ways = new Set<readonly [Socket, Socket]>();
  const gate = createServer((client) => {
    const way = [client, connect(server?.port ?? 0, "127.0.0.1")] as const;
    ways.add(way);
    const [from, to] = way;
    for (const [one, other] of [way, [to, from]] as const)
      one
        .on("data", (data) => ways.has(way) && other.write(data))
        .on("error", () => {})
        .on("close", () => ways.has(way) && other.destroy());
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void gate.close());
  await once(gate, "listening");
  const url = new URL(server?.url ?? "");
  url.port = String((gate.address() as AddressInfo).port);
  return { url: url.href, forget: () => ways.clear() };
}
