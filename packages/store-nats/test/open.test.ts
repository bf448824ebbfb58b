import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventFor, heldRecord } from "@tenure/core/testing";
import { makeAuthority } from "@tenure/engines";
import { describe, expect, onTestFinished, test } from "vitest";
import { openNatsStore } from "../src/index.ts";
import { busy, freshBucket, openStore, operator, ownServer, server, skipped, urlOf } from "./server.ts";

const CANARY = "c4n4ry";

describe.skipIf(skipped !== null)(`opening a NATS store${skipped === null ? "" : `: ${skipped}`}`, () => {
  test("many at once make the bucket and name the store once", async () => {
    const url = urlOf(freshBucket());
    const stores = await Promise.all(Array.from({ length: 8 }, () => openStore({ url })));
    expect(new Set(stores.map(({ storeId }) => storeId)).size).toBe(1);
  });

  test("where another writes the name at this moment, its name is waited for", async () => {
    const bucket = freshBucket();
    const newer = await busy();
    newer.times = 3;
    let storeId: string | undefined;
    newer.naming = async () => {
      storeId ??= (await openStore({ url: urlOf(bucket) })).storeId;
    };
    expect((await openStore({ url: urlOf(bucket, newer) })).storeId).toBe(storeId);
    expect(newer.times).toBeLessThan(0);
  });

  test("another store than the pinned one is refused, and none is made for it; neither is one of a newer build", async () => {
    const bucket = freshBucket();
    const [url, ops] = [urlOf(bucket), await operator(bucket)];
    await expect(openStore({ url, storeId: "lost" })).rejects.toMatchObject({ code: "ECONFIG", message: /no store/u });
    await expect(ops.manager.streams.info(ops.stream)).rejects.toThrow(/not found/u);
    const { storeId } = await openStore({ url });
    expect((await openStore({ url, storeId })).storeId).toBe(storeId);
    await expect(openStore({ url, storeId: "another" })).rejects.toMatchObject({ code: "ECONFIG" });
    await ops.put("=store", JSON.stringify({ storeId, version: 99 }));
    await expect(openStore({ url })).rejects.toMatchObject({ code: "ESCHEMAVERSION" });
    await ops.put("=store", '{"storeId":"not a\\nname"}');
    await expect(openStore({ url })).rejects.toMatchObject({ code: "ESTATECORRUPT" });
  });

  test("it tells what the server is, and what it cannot tell is unknown", async () => {
    const store = await openStore();
    expect(store.guarantees).toMatchObject({ engine: "nats", durable: false, survivesFailover: false });
    expect(store.guarantees.epochResets.join()).toContain("power cut");
    const { facts, warnings } = await store.probe();
    expect(facts).toMatchObject({ storage: "file", replicas: "1", leader: "n0", tls: "off" });
    expect(facts["version"]).toMatch(/^2\.\d+\.\d+/u);
    expect(facts["sync_interval"]).toMatch(/^unknown.*power cut/u);
    expect(warnings).toEqual([]);
  });

  test.each([
    [{ max_age: 60_000_000_000 }, /drops what is 60 s old/u],
    [{ max_bytes: 1_000_000 }, /drops leases when it is full/u],
    [{ max_msgs: 1_000 }, /drops leases when it is full/u],
    [{ max_msgs_per_subject: 1 }, /keeps no history/u],
  ])("a bucket with %j is refused", async (settings, why) => {
    const bucket = freshBucket();
    const { manager, stream } = await operator(bucket);
    await manager.streams.add({ name: stream, subjects: [`$KV.${bucket}.>`], ...settings });
    await expect(openStore({ url: urlOf(bucket) })).rejects.toMatchObject({ code: "ECONFIG", message: why });
  });

  test("a bucket that is sealed, or a mirror of another, is refused: it takes no writes", async () => {
    const [bucket, mirror] = [freshBucket(), freshBucket()];
    const { manager, stream } = await operator(bucket);
    await openStore({ url: urlOf(bucket) });
    await manager.streams.add({ name: `KV_${mirror}`, mirror: { name: stream } });
    const refused = { code: "ECONFIG", message: /takes no writes, since it is a mirror/u };
    await expect(openStore({ url: urlOf(mirror) })).rejects.toMatchObject(refused);
    const { config } = await manager.streams.info(stream);
    await manager.streams.update(stream, Object.assign(config, { sealed: true }));
    await expect(openStore({ url: urlOf(bucket) })).rejects.toMatchObject({
      code: "ECONFIG",
      message: /takes no writes, since it is a sealed one/u,
    });
  });

  test("a bucket that somebody else made for it is taken, and that it can be purged is told", async () => {
    const bucket = freshBucket();
    const { manager, stream } = await operator(bucket);
    await manager.streams.add({ name: stream, subjects: [`$KV.${bucket}.>`] });
    const { warnings } = await (await openStore({ url: urlOf(bucket) })).probe();
    expect(warnings.join("\n")).toMatch(/can be deleted or purged/u);
  });

  test("the names of leases are keys of the bucket, also those with dots", async () => {
    const bucket = freshBucket();
    const [store, ops] = [await openStore({ url: urlOf(bucket) }), await operator(bucket)];
    const record = heldRecord("eu..orders.", 1);
    await store.compareAndSwap(await store.read("eu..orders."), record, eventFor(record), { durable: true });
    expect(JSON.parse(await ops.get("eu//orders/"))).toMatchObject({ record: { epoch: 1 }, after: { seq: 0 } });
    expect(await store.list()).toEqual(["eu..orders."]);
  });

  test("an account without JetStream is told as such", async () => {
    const config = "accounts: { PLAIN: { users: [ { user: ops, password: any } ] } }";
    const own = await ownServer({ config });
    const url = own.url.replace("//", "//ops:any@");
    await expect(openStore({ url })).rejects.toMatchObject({
      message: /JetStream is not enabled for this user's account/u,
    });
  });

  test("a wrong password is refused, and told nowhere; the right one, from a file, opens the store", async () => {
    const own = await ownServer({ args: ["--user", "ops", "--pass", "right"] });
    const failure = await failureOf(own.url.replace("//", `//ops:${CANARY}@`));
    expect(failure).toMatchObject({ code: "EPERMISSION", message: /refused this user, password/u });
    expect(everythingIn(failure)).not.toContain(CANARY);
    await expect(openStore({ url: own.url })).rejects.toMatchObject({ code: "EPERMISSION" });
    const store = await openStore({ url: own.url.replace("//", "//ops@"), passwordFile: file("password", "right\n") });
    expect(await store.read("orders")).toMatchObject({ record: null });
  });

  test("a user who may not write is told so, and nothing of his write took effect", async () => {
    const may = 'publish: ["$JS.API.STREAM.INFO.*", "$JS.API.STREAM.MSG.GET.*"], subscribe: "_INBOX.>"';
    const users = `{ user: ops, password: any }, { user: guest, password: any, permissions: { ${may} } }`;
    const own = await ownServer({ config: `authorization: { users: [ ${users} ] }` });
    const [ops, guest] = ["ops", "guest"].map((user) => own.url.replace("//", `//${user}:any@`));
    const { storeId } = await openStore({ url: ops ?? "" });
    const store = await openStore({ url: guest ?? "", storeId });
    const [before, record] = [await store.read("orders"), heldRecord("orders", 1)];
    await expect(store.compareAndSwap(before, record, eventFor(record), { durable: true })).rejects.toMatchObject({
      code: "EPERMISSION",
    });
    expect(await store.read("orders")).toMatchObject({ record: null, epochFloor: 0 });
  });

  test("a user with the permissions that docs/operations.md names can make, write, read, watch and list", async () => {
    const of = "KV_tenure";
    const api = ["INFO", "MSG.GET", "CREATE"].map((verb) => `$JS.API.STREAM.${verb}.${of}`);
    const consumers = ["CREATE", "DELETE"].map((verb) => `$JS.API.CONSUMER.${verb}.${of}.>`);
    const publish = ["$KV.tenure.>", "$JS.FC.>", ...api, ...consumers];
    const permissions = `{ publish: ${JSON.stringify(publish)}, subscribe: "_INBOX.>" }`;
    const config = `authorization: { users: [ { user: ops, password: any, permissions: ${permissions} } ] }`;
    const own = await ownServer({ config });
    const store = await openStore({ url: own.url.replace("//", "//ops:any@") });
    const watching = store.watch("orders", { signal: AbortSignal.timeout(20_000) })[Symbol.asyncIterator]();
    expect((await watching.next()).value).toMatchObject({ record: null });
    const told = watching.next();
    const record = heldRecord("orders", 1);
    await store.compareAndSwap(await store.read("orders"), record, eventFor(record), { durable: true });
    expect((await told).value).toMatchObject({ record: { epoch: 1 } });
    for await (const {
      record: { epoch },
    } of store.journal("orders"))
      expect(epoch).toBe(1);
    expect(await store.list()).toEqual(["orders"]);
    await store.probe();
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
    const { url } = await ownServer({ tls: authority.certificate });
    const store = await openStore({ url: `${url}?cacert=${authority.cacert}` });
    expect((await store.probe()).facts).toMatchObject({ tls: "on" });
    const { url: either } = await ownServer({ tls: authority.certificate, config: "allow_non_tls: true\n" });
    const encrypted = await openStore({ url: `${either}?cacert=${authority.cacert}` });
    expect((await encrypted.probe()).facts).toMatchObject({ tls: "on" });
    for (const refused of [`${url}?cacert=${other.cacert}`, url, url.replace("natss:", "nats:")])
      await expect(openStore({ url: refused })).rejects.toMatchObject({ message: /cacert=FILE.*natss:/u });
    await expect(openStore({ url: (server?.url ?? "").replace("nats:", "natss:") })).rejects.toMatchObject({
      message: /speaks no TLS/u,
    });
  });
});

describe("what is no NATS server", () => {
  test.each([
    ["one that speaks something else", "HTTP/1.1 400 Bad Request\r\n\r\n"],
    ["one that hangs up", 'INFO {"version":"2.9.10","proto":1}\r\n'],
  ])("is told as such: %s", async (_, says) => {
    const other = createServer((socket) => socket.on("error", () => {}).end(says)).listen(0, "127.0.0.1");
    await once(other, "listening");
    onTestFinished(() => void other.close());
    const url = `nats://127.0.0.1:${(other.address() as AddressInfo).port}`;
    await expect(openNatsStore({ url })).rejects.toMatchObject({ code: "ESTOREUNAVAILABLE" });
  });

  test("one that takes the connection and says nothing is given up, and so is the connection", async () => {
    const silent = createServer().listen(0, "127.0.0.1");
    await once(silent, "listening");
    onTestFinished(() => void silent.close());
    const taken = once(silent, "connection") as Promise<[Socket]>;
    const failure = failureOf(`nats://127.0.0.1:${(silent.address() as AddressInfo).port}`);
    const [socket] = await taken;
    const ended = once(socket.resume(), "close");
    expect(await failure).toMatchObject({ code: "ESTOREUNAVAILABLE" });
    await ended;
  });

  test("a server that is too old is refused before anything is asked of it", async () => {
    const info = JSON.stringify({ version: "2.8.4", proto: 1, headers: true, max_payload: 1_048_576 });
    const old = createServer((socket) => {
      socket.write(`INFO ${info}\r\n`);
      socket.on("error", () => {}).on("data", (said) => said.includes("PING") && socket.write("PONG\r\n"));
    }).listen(0, "127.0.0.1");
    await once(old, "listening");
    onTestFinished(() => void old.close());
    const url = `nats://127.0.0.1:${(old.address() as AddressInfo).port}`;
    await expect(openNatsStore({ url })).rejects.toMatchObject({
      code: "ECONFIG",
      message: /2\.8\.4 is older than 2\.9/u,
    });
  });

  test("nothing is told of a password when nobody listens, in the cause neither", async () => {
    const failure = await failureOf(`nats://ops:${CANARY}@127.0.0.1:1`);
    expect(failure).toMatchObject({ code: "ESTOREUNAVAILABLE", message: /nothing listens there/u });
    expect(everythingIn(failure)).not.toContain(CANARY);
  });
});

function file(name: string, text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), "tenure-nats-")), name);
  writeFileSync(path, text);
  return path;
}

function failureOf(url: string): Promise<Error | null> {
  return openNatsStore({ url }).then(
    () => null,
    (error: unknown) => error as Error,
  );
}

function everythingIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return [error.message, error.stack, JSON.stringify(error), everythingIn(error.cause ?? "")].join("\n");
}
