import { eventFor, heldRecord } from "@tenure/core/testing";
import { makeAuthority, startRedis } from "@tenure/engines";
import { describe, expect, onTestFinished, test } from "vitest";
import { openRedisStore } from "../src/index.ts";
import { keysOf } from "../src/keys.ts";
import { SWAP } from "../src/scripts.ts";
import { freshPrefix, openStore, operator, ownServer, server, skipped } from "./server.ts";

const CANARY = "c4n4ry";

describe.skipIf(skipped !== null)(`opening a Redis store${skipped === null ? "" : `: ${skipped}`}`, () => {
  test("many at once name the store once, and all find the same", async () => {
    const prefix = freshPrefix();
    const stores = await Promise.all(Array.from({ length: 8 }, () => openStore({ prefix })));
    expect(new Set(stores.map(({ storeId }) => storeId)).size).toBe(1);
  });

  test("another store than the pinned one is refused, and one of a newer build", async () => {
    const prefix = freshPrefix();
    await expect(openStore({ prefix, storeId: "lost" })).rejects.toMatchObject({
      code: "ECONFIG",
      message: /no store/u,
    });
    const { storeId } = await openStore({ prefix });
    expect((await openStore({ prefix, storeId })).storeId).toBe(storeId);
    await expect(openStore({ prefix, storeId: "another" })).rejects.toMatchObject({ code: "ECONFIG" });
    await operator().hset(`{${prefix}}:store`, "version", 99);
    await expect(openStore({ prefix })).rejects.toMatchObject({ code: "ESCHEMAVERSION" });
  });

  test("a client of the program's own lends its settings, and stays open", async () => {
    const client = operator();
    const store = await openRedisStore({ client, prefix: freshPrefix() });
    const record = heldRecord("orders", 1);
    await store.compareAndSwap(await store.read("orders"), record, eventFor(record), { durable: true });
    await store.close();
    await expect(store.read("orders")).rejects.toMatchObject({ code: "ESTOREUNAVAILABLE", message: /closed/u });
    expect(await client.ping()).toBe("PONG");
  });

  test("it tells what the server is, and never more than best effort", async () => {
    const store = await openStore({ prefix: freshPrefix() });
    expect(store.guarantees).toMatchObject({ engine: "redis", durable: true, survivesFailover: false });
    expect(store.guarantees.epochResets.join()).toContain("best effort");
    const facts = { promise: "best effort", role: "primary", "maxmemory-policy": "noeviction" };
    expect(await store.probe()).toMatchObject({ facts, warnings: [] });
  });

  test("a server that may lose what it acknowledged says so", async () => {
    const own = await ownServer({ appendfsync: "everysec", "maxmemory-policy": "volatile-lru" });
    const store = await openStore({ url: own.url });
    expect(store.guarantees.durable).toBe(false);
    const { warnings } = await store.probe();
    expect(warnings).toEqual([expect.stringMatching(/everysec.*epochs back/u), expect.stringMatching(/volatile-lru/u)]);
  });

  test.each([
    [{ appendonly: "no" }, /writes nothing to disk/u],
    [{ maxmemory: "100mb", "maxmemory-policy": "allkeys-lru" }, /allkeys-lru lets the server drop leases/u],
    [{ "cluster-enabled": "yes" }, /one of a cluster/u],
  ])("a server with %j is refused", async (settings, why) => {
    const own = await ownServer(settings);
    await expect(openRedisStore({ url: own.url })).rejects.toMatchObject({ code: "ECONFIG", message: why });
  });

  test("a user who may not write the journal is told so, and nothing of his write took effect", async () => {
    const prefix = freshPrefix();
    const ops = operator();
    await ops.call("ACL", "SETUSER", "guest", "on", ">any", "~*", "&*", "+@all", "-xadd");
    const url = new URL(server?.url ?? "");
    [url.username, url.password] = ["guest", "any"];
    const store = await openStore({ url: url.href, prefix });
    const [before, record] = [await store.read("orders"), heldRecord("orders", 1)];
    await expect(store.compareAndSwap(before, record, eventFor(record), { durable: true })).rejects.toMatchObject({
      code: "EPERMISSION",
    });
    expect(await store.read("orders")).toMatchObject({ record: null, epochFloor: 0 });
  });

  test.each(["xadd", "hset", "publish"])(
    "without %s nothing of a write takes effect either where a script cannot ask what its user may do, as before 7.0",
    async (command) => {
      const [prefix, ops, guest] = [freshPrefix(), operator(), `without-${command}`];
      await ops.call("ACL", "SETUSER", guest, "on", ">any", "~*", "&*", "+@all", `-${command}`);
      const store = await openStore({ prefix });
      const [keys, record] = [keysOf(prefix), heldRecord("orders", 2)];
      const first = heldRecord("orders", 1);
      await store.compareAndSwap(await store.read("orders"), first, eventFor(first), { durable: true });
      const before = await store.read("orders");
      const client = operator();
      await client.auth(guest, "any");
      const older = `local redis = setmetatable({ acl_check_cmd = false }, { __index = redis })\n${SWAP}`;
      const at = [keys.store, keys.floors, keys.lease("orders"), keys.journal("orders")];
      const texts = [JSON.stringify(record), JSON.stringify(eventFor(record))];
      const values = [store.storeId, "orders", before.revision, ...texts, 2, record.nonce, 60_000, keys.channel];
      await expect(client.eval(older, at.length, ...at, ...values)).rejects.toThrow(/can't run this command/u);
      expect({ ...(await store.read("orders")), ageMs: 0 }).toEqual({ ...before, ageMs: 0 });
      expect(await ops.xlen(keys.journal("orders"))).toBe(1);
    },
  );

  test("the text of a script goes to a server that does not know it, and for a user who may not name it by its digest", async () => {
    const own = await ownServer();
    const ops = operator(own);
    const texts = async (): Promise<number> =>
      Number(/cmdstat_eval:calls=(?<calls>\d+)/u.exec(await ops.info("commandstats"))?.groups?.["calls"] ?? 0);
    const store = await openStore({ url: own.url });
    const write = async (epoch: number): Promise<string> => {
      const record = heldRecord("orders", epoch);
      const before = await store.read("orders");
      return (await store.compareAndSwap(before, record, eventFor(record), { durable: true })).outcome;
    };
    expect(await write(1)).toBe("committed");
    const sent = await texts();
    expect(await write(2)).toBe("committed");
    expect(await texts()).toBe(sent);
    await ops.script("FLUSH");
    expect(await write(3)).toBe("committed");
    expect(await texts()).toBe(sent + 2);
    await ops.call("ACL", "SETUSER", "default", "-evalsha");
    expect(await write(4)).toBe("committed");
    expect(await texts()).toBe(sent + 4);
  });

  test("TLS is verified: the right authority is taken, a wrong one and none are refused", async ({ skip }) => {
    const [authority, other] = [makeAuthority(), makeAuthority()];
    if (authority === null || other === null) {
      skip("needs openssl");
      return;
    }
    onTestFinished(() => [authority, other].forEach((it) => it.remove()));
    const secure = await startRedis({ tls: authority.certificate });
    onTestFinished(() => secure?.stop());
    const url = secure?.url ?? "";
    const store = await openStore({ url: `${url}?cacert=${authority.cacert}` });
    const record = heldRecord("orders", 1);
    const swapped = await store.compareAndSwap(await store.read("orders"), record, eventFor(record), { durable: true });
    expect(swapped).toMatchObject({ outcome: "committed" });
    for (const refused of [`${url}?cacert=${other.cacert}`, url])
      await expect(openStore({ url: refused })).rejects.toMatchObject({ message: /unknown authority.*cacert=FILE/u });
    expect((await store.probe()).warnings).toEqual([]);
    const insecure = await openStore({ url: `${url}?insecure=true` });
    expect(insecure.storeId).toBe(store.storeId);
    expect((await insecure.probe()).warnings).toEqual([expect.stringMatching(/whoever is between.*cacert=FILE/u)]);
  });

  test("a wrong password is refused, and told nowhere", async () => {
    const own = await ownServer({ requirepass: "right" });
    const failure = await failureOf(own.url.replace("redis://", `redis://default:${CANARY}@`));
    expect(failure).toMatchObject({ code: "EPERMISSION", message: /refused this user or password/u });
    expect(everythingIn(failure)).not.toContain(CANARY);
  });
});

describe("a URL", () => {
  test.each([
    ["http://db.example/x"],
    ["not a url"],
    [`redis://ops:${CANARY}@db/x`],
    [`rediss://ops:${CANARY}@db?cacert=/no`],
  ])("is refused without telling its password: %s", async (url) => {
    const failure = await failureOf(url);
    expect(failure).toMatchObject({ code: "ECONFIG" });
    expect(everythingIn(failure)).not.toContain(CANARY);
  });

  test("nothing is told of a password when the server is not there", async () => {
    const failure = await failureOf(`redis://ops:${CANARY}@127.0.0.1:1`);
    expect(failure).toMatchObject({ code: "ESTOREUNAVAILABLE", message: /nothing listens there/u });
    expect(everythingIn(failure)).not.toContain(CANARY);
  });
});

function failureOf(url: string): Promise<Error | null> {
  return openRedisStore({ url }).then(
    () => null,
    (error: unknown) => error as Error,
  );
}

function everythingIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return [error.message, error.stack, JSON.stringify(error), everythingIn(error.cause ?? "")].join("\n");
}
