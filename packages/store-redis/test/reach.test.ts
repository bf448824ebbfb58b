import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type AddressInfo, type Socket } from "node:net";
import type { LeaseStore } from "@tenure/core";
import { eventFor, heldRecord } from "@tenure/core/testing";
import { makeAuthority, startRedis } from "@tenure/engines";
import { describe, expect, onTestFinished, test } from "vitest";
import { keysOf } from "../src/keys.ts";
import { freshPrefix, openStore, operator, ownServer, server, skipped, write } from "./server.ts";

const OPERATIONS = new URL("../../../docs/operations.md", import.meta.url);

describe.skipIf(skipped !== null)(`reaching a Redis server${skipped === null ? "" : `: ${skipped}`}`, () => {
  test("a database that is not there is refused, and no other is taken for it", async () => {
    const [prefix, ops] = [freshPrefix(), operator()];
    await expect(openStore({ url: `${server?.url}/99`, prefix })).rejects.toMatchObject({
      code: "ECONFIG",
      message: /the database that the URL names/u,
    });
    expect(await ops.exists(keysOf(prefix).store)).toBe(0);
  });

  test("a user who may not choose a database is refused, and given no other", async () => {
    const [prefix, ops] = [freshPrefix(), operator()];
    await ops.call("ACL", "SETUSER", "chooses", "on", ">any", "~*", "&*", "+@all", "-select");
    const url = urlOf("chooses");
    await expect(openStore({ url: `${url}/3`, prefix })).rejects.toMatchObject({
      code: "EPERMISSION",
      message: /grant it .*select/u,
    });
    expect(await ops.exists(keysOf(prefix).store)).toBe(0);
    await write(await openStore({ url, prefix }), 1);
  });

  test("a user with the permissions that docs/operations.md names can make, write, read, watch and list", async () => {
    const [named = ""] = /\*\*Users\*\* need `eval`.*? as well\./su.exec(readFileSync(OPERATIONS, "utf8")) ?? [];
    const commands = Array.from(named.matchAll(/`([a-z|]+)`/gu), ([, command]) => `+${command}`);
    expect(commands).toContain("+evalsha");
    const [own, rules] = [await ownServer(), ["~{tenure}:*", "&{tenure}:changes"]];
    await operator(own).call("ACL", "SETUSER", "named", "reset", "on", ">any", ...rules, ...commands);
    const store = await openStore({ url: `${urlOf("named", own.url)}/2` });
    await write(store, 1);
    await write(store, 2);
    expect(await store.list()).toEqual(["orders"]);
    expect(await linesOf(store)).toBe(2);
    const enough = new AbortController();
    for await (const { epochFloor } of store.watch("orders", { signal: enough.signal })) {
      expect(epochFloor).toBe(2);
      enough.abort();
    }
    expect(await store.probe()).toMatchObject({ facts: { persistence: "appendonly yes, appendfsync always" } });
  });

  test("a user who lacks what a script calls is told so, and what to grant", async () => {
    const [prefix, ops] = [freshPrefix(), operator()];
    await ops.call("ACL", "SETUSER", "timeless", "on", ">any", "~*", "&*", "+@all", "-time");
    const store = await openStore({ url: urlOf("timeless"), prefix });
    await expect(store.read("orders")).rejects.toMatchObject({ code: "EPERMISSION", message: /grant it .*time/u });
  });

  test("a server without memory left still tells what stands there, and says what a write lacks", async () => {
    const own = await ownServer();
    await write(await openStore({ url: own.url }), 1);
    await operator(own).config("SET", "maxmemory", "1");
    const store = await openStore({ url: own.url });
    const [before, record] = [await store.read("orders"), heldRecord("orders", 2)];
    expect(before).toMatchObject({ record: { epoch: 1 } });
    expect(await linesOf(store)).toBe(1);
    await expect(store.compareAndSwap(before, record, eventFor(record), { durable: true })).rejects.toMatchObject({
      code: "ESTOREUNAVAILABLE",
      message: /cannot write lease orders: .*raise maxmemory/u,
    });
  });

  test("one that speaks TLS where none was meant, or none where it was, is told with the other scheme", async ({
    skip,
  }) => {
    const authority = makeAuthority();
    if (authority === null) {
      skip("needs openssl");
      return;
    }
    onTestFinished(() => authority.remove());
    const secure = await startRedis({ tls: authority.certificate });
    onTestFinished(() => secure?.stop());
    await expect(openStore({ url: secure?.url.replace("rediss", "redis") })).rejects.toMatchObject({
      code: "ESTOREUNAVAILABLE",
      message: /one that speaks TLS is named as rediss:\/\//u,
    });
    await expect(openStore({ url: server?.url.replace("redis", "rediss") })).rejects.toMatchObject({
      code: "ESTOREUNAVAILABLE",
      message: /one that speaks no TLS; that is named as redis:\/\/$/u,
    });
  });
});

test("a server that takes the connection and says nothing is given up in seconds, and so is the connection", async () => {
  const silent = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void silent.close());
  await once(silent, "listening");
  const taken = once(silent, "connection") as Promise<[Socket]>;
  const opened = openStore({ url: `redis://127.0.0.1:${(silent.address() as AddressInfo).port}` });
  const refused = expect(opened).rejects.toMatchObject({
    code: "ESTOREUNAVAILABLE",
    message: /it does not answer; is it overloaded or stopped.*nothing was said within 3000 ms$/u,
  });
  const [socket] = await taken;
  const ended = once(socket.resume(), "close");
  await refused;
  await ended;
});

function urlOf(user: string, of = server?.url ?? ""): string {
  const url = new URL(of);
  [url.username, url.password] = [user, "any"];
  return url.href;
}

async function linesOf(store: LeaseStore): Promise<number> {
  let lines = 0;
  for await (const _ of store.journal("orders")) lines += 1;
  return lines;
}
