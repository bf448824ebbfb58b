import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { eventFor, heldRecord } from "@tenure/core/testing";
import { missing, startEtcd } from "@tenure/engines";
import { describe, expect, onTestFinished, test } from "vitest";
import { freshPrefix, openStore, Operator, server, skipped } from "./server.ts";

describe.skipIf(skipped !== null)(`a cluster that takes no writes${skipped === null ? "" : `: ${skipped}`}`, () => {
  test("since it is full, can be opened, and tells what stands there", async () => {
    const small = await startEtcd({ settings: { "quota-backend-bytes": String(2 * 1024 * 1024) } });
    if (small === null) throw new Error(missing("etcd"));
    onTestFinished(() => small.stop());
    const [first, record] = [await openStore({ url: small.url }), heldRecord("orders", 1)];
    await first.compareAndSwap(await first.read("orders"), record, eventFor(record), { durable: true });
    const etcdctl = new Operator(small.url);
    onTestFinished(() => etcdctl.close());
    const filling = (async (): Promise<void> => {
      for (;;) await etcdctl.put("ballast", "x".repeat(512 * 1024));
    })();
    await expect(filling).rejects.toThrow(/database space exceeded/u);
    const store = await openStore({ url: small.url });
    expect(store.storeId).toBe(first.storeId);
    expect(await store.read("orders")).toMatchObject({ record: { epoch: 1 } });
    expect((await store.probe()).warnings.join()).toMatch(/NOSPACE on m0: its database is full/u);
    // What is not there yet cannot be made.
    await expect(openStore({ url: small.url, prefix: freshPrefix() })).rejects.toMatchObject({
      code: "ESTOREUNAVAILABLE",
      message: /database is full \(alarm NOSPACE\)/u,
    });
  });
});

test("a member by which no connection comes about is given up in seconds, and so is the connection", async () => {
  const silent = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void silent.close());
  await once(silent, "listening");
  const taken = once(silent, "connection") as Promise<[Socket]>;
  const opened = openStore({ url: `etcds://127.0.0.1:${(silent.address() as AddressInfo).port}` });
  const refused = expect(opened).rejects.toMatchObject({
    code: "ESTOREUNAVAILABLE",
    message: /it does not answer; is it overloaded or stopped.*no connection within 3000 ms/u,
  });
  const [socket] = await taken;
  const ended = once(socket.resume(), "close");
  await refused;
  await ended;
});

test.skipIf(skipped !== null)(
  `a member that takes requests and answers none is passed over in seconds, where there are others${skipped === null ? "" : `: ${skipped}`}`,
  async () => {
    const silent = createServer((socket) => void socket.resume().on("error", () => {})).listen(0, "127.0.0.1");
    onTestFinished(() => void silent.close());
    await once(silent, "listening");
    const { port } = silent.address() as AddressInfo;
    const store = await openStore({
      url: `etcd://127.0.0.1:${port}?endpoint=127.0.0.1:${server?.port}`,
      prefix: freshPrefix(),
    });
    expect((await store.read("orders")).record).toBeNull();
  },
  // Alone it would be waited for ten seconds.
  9_000,
);
