import { once } from "node:events";
import { createServer, Socket, type AddressInfo } from "node:net";
import { eventFor, heldRecord } from "@tenure/core/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { addressOf } from "../src/address.ts";
import { openNatsStore } from "../src/index.ts";
import { Session } from "../src/session.ts";
import { openStore, operator, ownServer, skipped } from "./server.ts";

describe.skipIf(skipped !== null)(`a server that takes no writes${skipped === null ? "" : `: ${skipped}`}`, () => {
  test("from a user who may only read, can be opened by him, and tells what stands there", async () => {
    const api = ["INFO", "MSG.GET"].map((verb) => `$JS.API.STREAM.${verb}.KV_tenure`);
    const permissions = `{ publish: ${JSON.stringify(api)}, subscribe: "_INBOX.>" }`;
    const users = `{ user: ops, password: any }, { user: reads, password: any, permissions: ${permissions} }`;
    const own = await ownServer({ config: `authorization: { users: [ ${users} ] }` });
    const as = (user: string): string => own.url.replace("//", `//${user}:any@`);
    const [first, record] = [await openStore({ url: as("ops") }), heldRecord("orders", 1)];
    await first.compareAndSwap(await first.read("orders"), record, eventFor(record), { durable: true });
    const store = await openStore({ url: as("reads") });
    expect(store.storeId).toBe(first.storeId);
    const [standing, next] = [await store.read("orders"), heldRecord("orders", 2)];
    expect(standing).toMatchObject({ record: { epoch: 1 } });
    await expect(store.compareAndSwap(standing, next, eventFor(next), { durable: true })).rejects.toMatchObject({
      code: "EPERMISSION",
    });
  });

  test("since its JetStream is full, can be opened, and tells what stands there", async () => {
    const own = await ownServer({ config: "jetstream: { max_file_store: 1MB }" });
    const [first, record] = [await openStore({ url: own.url }), heldRecord("orders", 1)];
    await first.compareAndSwap(await first.read("orders"), record, eventFor(record), { durable: true });
    const ops = await operator("tenure", own);
    const filling = (async (): Promise<void> => {
      for (;;) await ops.put("ballast", "x".repeat(100_000));
    })();
    await expect(filling).rejects.toThrow(/resources exceeded|insufficient/u);
    const store = await openStore({ url: own.url });
    const [standing, next] = [await store.read("orders"), heldRecord("orders", 2)];
    expect(standing).toMatchObject({ record: { epoch: 1 } });
    await expect(store.compareAndSwap(standing, next, eventFor(next), { durable: true })).rejects.toMatchObject({
      code: "ESTOREUNAVAILABLE",
      message: /cannot write lease orders: it has no room left for JetStream/u,
    });
  });
});

test("a store is closed at once while a connection is made, and that is not kept", async () => {
  const taken: Socket[] = [];
  const port = await listening((socket) => void taken.push(socket));
  const session = new Session(addressOf(`nats://127.0.0.1:${port}`).servers);
  const asked = expect(session.ask(() => Promise.resolve())).rejects.toMatchObject({
    code: "ESTOREUNAVAILABLE",
    message: /this store is closed/u,
  });
  await expect.poll(() => taken.length).toBe(1);
  const ended = once(taken[0]?.resume() ?? new Socket(), "close");
  // Given up in its time, it would be told as a timeout.
  await session.end();
  await ended;
  await asked;
  expect(await session.connect().then(String, (error: Error) => error.message)).toMatch(/this store is closed/u);
});

describe("servers that none is reached of", () => {
  test("are told with the name and the reason of each, and with what to look for", async () => {
    const silent = await listening(() => {});
    const refused = expect(
      openNatsStore({ url: `nats://ops:any@127.0.0.1:1?server=127.0.0.1:${silent}` }),
    ).rejects.toMatchObject({
      code: "ESTOREUNAVAILABLE",
      message: new RegExp(
        `cannot open the store: it does not answer; .*127\\.0\\.0\\.1:1: connection refused; 127\\.0\\.0\\.1:${silent}: timeout$`,
        "u",
      ),
    });
    await refused;
  });

  test.each<[string, (socket: Socket) => void]>([
    ["one that hangs up", (socket) => socket.destroy()],
    ["one of another kind", (socket) => socket.write("220 mail\r\n")],
  ])("are told as none: %s", async (_, welcome) => {
    const port = await listening(welcome);
    await expect(openNatsStore({ url: `nats://127.0.0.1:${port}` })).rejects.toMatchObject({
      code: "ESTOREUNAVAILABLE",
      message: /it ended the connection, or is no NATS server: 127\.0\.0\.1:/u,
    });
  });
});

async function listening(welcome: (socket: Socket) => void): Promise<number> {
  const other = createServer((socket) => {
    socket.on("error", () => {});
    welcome(socket);
  }).listen(0, "127.0.0.1");
  await once(other, "listening");
  onTestFinished(() => void other.close());
  return (other.address() as AddressInfo).port;
}
