import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { eventFor, heldRecord } from "@tenure/core/testing";
import { makeAuthority, startEtcd } from "@tenure/engines";
import { describe, expect, onTestFinished, test } from "vitest";
import { openEtcdStore } from "../src/index.ts";
import { encode } from "../src/txn.ts";
import { freshPrefix, openStore, operator, Operator, server, skipped } from "./server.ts";

const CANARY = "c4n4ry";

describe.skipIf(skipped !== null)(`opening an etcd store${skipped === null ? "" : `: ${skipped}`}`, () => {
  test("many at once name the store once", async () => {
    const prefix = freshPrefix();
    const stores = await Promise.all(Array.from({ length: 8 }, () => openStore({ prefix })));
    expect(new Set(stores.map(({ storeId }) => storeId)).size).toBe(1);
    await expect(openStore({ prefix, storeId: "another" })).rejects.toMatchObject({ code: "ECONFIG" });
  });

  test("a pinned store is looked for, and none is made where there is none", async () => {
    const [prefix, etcdctl] = [freshPrefix(), operator()];
    const opening = openStore({ prefix, storeId: "pinned" });
    await expect(opening).rejects.toMatchObject({ code: "ECONFIG", message: /no store, and store pinned was asked/u });
    expect(await etcdctl.get(`${prefix}store`)).toBe("");
    const { storeId } = await openStore({ prefix });
    expect((await openStore({ prefix, storeId })).storeId).toBe(storeId);
  });

  test("what names no store is refused and left as it is", async () => {
    const [prefix, etcdctl] = [freshPrefix(), operator()];
    await etcdctl.put(`${prefix}store`, "not a\nname");
    await expect(openStore({ prefix })).rejects.toMatchObject({ code: "ESTATECORRUPT" });
    expect(await etcdctl.get(`${prefix}store`)).toBe("not a\nname");
  });

  test("it tells what the cluster is, and that one member survives no failover", async () => {
    const store = await openStore({ prefix: freshPrefix() });
    expect(store.guarantees).toMatchObject({
      engine: "etcd",
      durable: true,
      survivesFailover: false,
      serverClock: false,
    });
    const { facts, warnings } = await store.probe();
    expect(facts).toMatchObject({ member: "m0", members: "1 vote", leader: "m0", alarms: "none", tls: "off" });
    expect(facts["version"]).toMatch(/^3\.\d+\.\d+/u);
    expect(facts["leader_changes"]).toMatch(/^\d+ seen/u);
    expect(warnings).toEqual([]);
  });

  test("the journal keeps its last ten thousand lines", async () => {
    const [prefix, etcdctl] = [freshPrefix(), operator()];
    const store = await openStore({ prefix });
    const write = async (epoch: number): Promise<void> => {
      const record = heldRecord("orders", epoch);
      await store.compareAndSwap(await store.read("orders"), record, eventFor(record), { durable: true });
    };
    await write(1);
    await write(2);
    // As if all the others between had been written.
    await etcdctl.put(`${prefix}lease/orders/floor`, JSON.stringify({ epoch: 2, waitMs: 15_000, lines: 10_000 }));
    await write(3);
    const epochs: number[] = [];
    for await (const { record } of store.journal("orders")) epochs.push(record.epoch);
    expect(epochs).toEqual([2, 3]);
  });

  test("a member that is away is passed over", async () => {
    const store = await openStore({
      url: `etcd://127.0.0.1:1?endpoint=127.0.0.1:${server?.port}`,
      prefix: freshPrefix(),
    });
    expect(await store.read("orders")).toMatchObject({ record: null });
  });

  test("a user who may not is told so; one who may goes on when its token is forgotten", async () => {
    const guarded = await startEtcd();
    onTestFinished(() => guarded?.stop());
    const url = guarded?.url ?? "";
    const etcdctl = new Operator(url);
    onTestFinished(() => etcdctl.close());
    for (const name of ["root", "ops", "guest"]) {
      await etcdctl.ask("/v3/auth/user/add", { name, password: CANARY });
      await etcdctl.ask("/v3/auth/role/add", { name });
      await etcdctl.ask("/v3/auth/user/grant", { user: name, role: name });
    }
    const perm = { permType: "READWRITE", key: encode("tenure/"), range_end: encode("tenure0") };
    await etcdctl.ask("/v3/auth/role/grant", { name: "ops", perm });
    await etcdctl.ask("/v3/auth/enable", {});
    const as = (user: string): string => url.replace("//", `//${user}@`);
    await expect(openStore({ url })).rejects.toMatchObject({ code: "EPERMISSION", message: /asks for a user/u });
    await expect(openStore({ url: as("ops:wrong") })).rejects.toMatchObject({ code: "EPERMISSION" });
    await expect(openStore({ url: as(`guest:${CANARY}`) })).rejects.toMatchObject({
      code: "EPERMISSION",
      message: /readwrite on the prefix/u,
    });
    const store = await openStore({ url: as(`ops:${CANARY}`) });
    await guarded?.restart();
    expect(await store.read("orders")).toMatchObject({ record: null });
  });

  test("TLS is verified: the right authority is taken, a wrong one and none are refused, and a wrong scheme is told", async ({
    skip,
  }) => {
    const [authority, other] = [makeAuthority(), makeAuthority()];
    if (authority === null || other === null) {
      skip("needs openssl");
      return;
    }
    onTestFinished(() => [authority, other].forEach((it) => it.remove()));
    const secure = await startEtcd({ tls: authority.certificate });
    onTestFinished(() => secure?.stop());
    const url = secure?.url ?? "";
    const store = await openStore({ url: `${url}?cacert=${authority.cacert}` });
    expect((await store.probe()).facts).toMatchObject({ tls: "on" });
    const ended = new AbortController();
    const watching = store.watch("orders", { signal: ended.signal })[Symbol.asyncIterator]();
    expect((await watching.next()).value).toMatchObject({ record: null });
    ended.abort();
    for (const refused of [`${url}?cacert=${other.cacert}`, url])
      await expect(openStore({ url: refused })).rejects.toMatchObject({ message: /unknown authority.*cacert=FILE/u });
    await expect(openStore({ url: url.replace("etcds", "etcd") })).rejects.toMatchObject({ message: /etcds:\/\//u });
    await expect(openStore({ url: (server?.url ?? "").replace("etcd", "etcds") })).rejects.toMatchObject({
      message: /speaks no TLS/u,
    });
  });
});

describe("what is no etcd", () => {
  test.each<[string, RequestListener, RegExp]>([
    ["another server", (_, answer) => answer.writeHead(404).end("Not Found"), /JSON gateway/u],
    ["a page", (_, answer) => answer.end("<html>"), /no answer of etcd/u],
    ["JSON of another shape", (_, answer) => answer.end('{"header":[]}'), /no etcd/u],
    ["one that hangs up", (_, answer) => void answer.destroy(), /socket hang up/u],
    [
      "one that breaks off",
      (_, answer) => void answer.writeHead(200, { "content-length": 9 }).write("{", () => answer.destroy()),
      /aborted/u,
    ],
  ])("is told as such: %s", async (_, listener, why) => {
    const other = createServer(listener).listen(0, "127.0.0.1");
    await once(other, "listening");
    onTestFinished(() => void other.close());
    const url = `etcd://127.0.0.1:${(other.address() as AddressInfo).port}`;
    await expect(openEtcdStore({ url })).rejects.toMatchObject({ code: "ESTOREUNAVAILABLE", message: why });
  });

  test("a member that only learns is told as such, and passed over where another is named", async ({ skip }) => {
    const says = JSON.stringify({ code: 14, message: "etcdserver: rpc not supported for learner" });
    const learner = createServer((_, answer) => answer.writeHead(503).end(says)).listen(0, "127.0.0.1");
    await once(learner, "listening");
    onTestFinished(() => void learner.close());
    const url = `etcd://127.0.0.1:${(learner.address() as AddressInfo).port}`;
    await expect(openEtcdStore({ url })).rejects.toMatchObject({ message: /name one that votes/u });
    skip(skipped !== null, skipped ?? "");
    const store = await openStore({ url: `${url}?endpoint=127.0.0.1:${server?.port}`, prefix: freshPrefix() });
    expect(await store.read("orders")).toMatchObject({ record: null });
  });

  test("nothing is told of a password when nobody listens, in the cause neither", async () => {
    const failure = await openEtcdStore({ url: `etcd://ops:${CANARY}@127.0.0.1:1` }).then(
      () => null,
      (error: unknown) => error as Error,
    );
    expect(failure).toMatchObject({ code: "ESTOREUNAVAILABLE", message: /nothing listens there/u });
    expect(everythingIn(failure)).not.toContain(CANARY);
  });
});

function everythingIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return [error.message, error.stack, JSON.stringify(error), everythingIn(error.cause ?? "")].join("\n");
}
