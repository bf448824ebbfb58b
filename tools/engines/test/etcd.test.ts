import { once } from "node:events";
import { request } from "node:http";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { missing, startEtcd, startEtcdCluster } from "../src/index.ts";
import { isOpen } from "../src/server-process.ts";

test("etcd runs on loopback, is crashed, started again with its data, and goes back to a copy of them", async (context) => {
  const server = await startEtcd();
  if (server === null) {
    context.skip(missing("etcd"));
    return;
  }
  onTestFinished(() => server.stop());
  await put(server.port, "first");
  await server.crash();
  expect(await isOpen(server.port)).toBe(false);
  await server.restart();
  const goBack = await server.backUp();
  const before = await revision(server.port);
  await put(server.port, "second");
  expect(await revision(server.port)).toBe(before + 1);
  await goBack();
  expect(await revision(server.port)).toBe(before);
});

test("three servers form one cluster", async (context) => {
  const servers = await startEtcdCluster({ members: 3 });
  if (servers === null) {
    context.skip(missing("etcd"));
    return;
  }
  for (const server of servers) onTestFinished(() => server.stop());
  const [one, , three] = servers.map(({ port }) => port);
  await put(one ?? 0, "told to all");
  expect(await revision(three ?? 0)).toBe(2);
});

async function put(port: number, value: string): Promise<void> {
  await post(port, "/v3/kv/put", { key: btoa("key"), value: btoa(value) });
}

async function revision(port: number): Promise<number> {
  const answer = await post(port, "/v3/kv/range", { key: btoa("key") });
  return Number((answer as { header: { revision: string } }).header.revision);
}

async function post(port: number, path: string, body: object): Promise<unknown> {
  const asked = request({ port, host: "127.0.0.1", path, method: "POST", agent: false });
  asked.end(JSON.stringify(body));
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  return JSON.parse(await text(response));
}
