import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { missing, startNats, startPostgres, startRedis } from "@tenure/engines";
import { expect, onTestFinished, test } from "vitest";
import { documentIn } from "./documents.ts";
import { Sandbox } from "./sandbox.ts";

/** Each folder has a floor of its own, as where none is named. */
const apart = { TENURE_FLOOR_DIR: "" };

async function withEpochs(count: number): Promise<Sandbox> {
  const sandbox = new Sandbox();
  for (let epoch = 1; epoch <= count; epoch += 1) await sandbox.run(["run", "orders", "--", "true"], apart);
  return sandbox;
}

test("a lease that moved goes on above all its epochs there, and here nobody acquires it any more", async () => {
  const sandbox = await withEpochs(3);
  const there = join(sandbox.directory, "there");
  expect(await sandbox.run(["move", "orders", "--to-dir", there], apart)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /^moved "orders" to .*there: its next epoch there is 6; here it stays paused/u,
    ) as string,
  });
  expect(await sandbox.run(["acquire", "orders", "--no-process", "--no-wait"], apart)).toMatchObject({
    code: 75,
    stderr: /is paused by .*moved to .*there/u,
  });
  expect(await sandbox.run(["status", "orders"], apart)).toMatchObject({
    stdout: /paused by .* without end: moved to .*there: lead it there/u,
  });
  const led = await sandbox.run(["run", "orders", "--dir", there, "--", "sh", "-c", "echo $LEASE_EPOCH"], apart);
  expect(led).toMatchObject({ code: 0, stdout: "6\n" });
});

test.for([
  ["PostgreSQL", startPostgres],
  ["NATS", startNats],
] as const)("a lease moves to a %s server and back", async ([name, start], context) => {
  const server = await start();
  if (server === null) {
    context.skip(missing(name));
    return;
  }
  onTestFinished(() => server.stop());
  const sandbox = await withEpochs(1);
  const { stdout } = await sandbox.run(["move", "orders", "--to", server.url, "--json"], apart);
  expect(documentIn("status", stdout).leases).toMatchObject([{ name: "orders", epoch: 3, state: "free" }]);
  const env = { ...apart, TENURE_DIR: "", TENURE_STORE: server.url };
  await sandbox.run(["run", "orders", "--", "true"], env);
  const back = join(sandbox.directory, "back");
  expect(await sandbox.run(["move", "orders", "--to-dir", back], env)).toMatchObject({ code: 0 });
  const led = await sandbox.run(["run", "orders", "--dir", back, "--", "sh", "-c", "echo $LEASE_EPOCH"], apart);
  expect(led).toMatchObject({ code: 0, stdout: "7\n" });
});

test("what cannot move stays where it is, free to be led", async () => {
  const sandbox = await withEpochs(1);
  const there = join(sandbox.directory, "there");
  await sandbox.run(["acquire", "orders", "--dir", there, "--no-process"], apart);
  expect(await sandbox.run(["move", "orders", "--to-dir", there], apart)).toMatchObject({
    code: 75,
    stderr: /held where it is to go/u,
  });
  expect(await sandbox.run(["run", "orders", "--no-wait", "--", "true"], apart)).toMatchObject({ code: 0 });

  const blue = sandbox.start(["run", "orders", "--verbose", "--", "sleep", "1000"], apart);
  await blue.line(/started/u);
  const late = ["move", "orders", "--to-dir", join(sandbox.directory, "other"), "--timeout", "100ms"];
  expect(await sandbox.run(late, apart)).toMatchObject({ code: 124 });
});

test.each([
  [["move", "orders"], /either --to URL or --to-dir/u],
  [["move", "orders", "--to", "redis://h", "--to-dir", "x"], /either --to URL or --to-dir/u],
  [["move", "orders", "--to-dir", "x", "--to-password-file", "y"], /--to-password-file .*--to URL/u],
])("%j is refused", async (args, why) => {
  expect(await (await withEpochs(1)).run(args, apart)).toMatchObject({ code: 64, stderr: why });
});

test("where it went is told from wherever it is read: the whole path of a folder", async () => {
  const sandbox = await withEpochs(1);
  const there = join(sandbox.directory, "there");
  const { stdout } = await sandbox.run(["move", "orders", "--to-dir", "there"], apart);
  expect(stdout).toContain(`moved "orders" to ${there}: `);
  const { leases } = await sandbox.json(["status", "orders"], apart);
  expect(leases).toMatchObject([{ paused: { reason: expect.stringContaining(`moved to ${there}: `) as string } }]);
});

test("a lease of a store that is pinned moves to another one", async () => {
  const sandbox = await withEpochs(1);
  const { storeId } = await sandbox.json(["status"], apart);
  const there = join(sandbox.directory, "there");
  const moved = await sandbox.run(["move", "orders", "--to-dir", there], {
    ...apart,
    TENURE_STORE_ID: String(storeId),
  });
  expect(moved).toMatchObject({ code: 0, stderr: "" });
});

test("the password of the server that a lease leaves is not said to the one it goes to, which has its own", async (context) => {
  const [from, to] = [
    await startRedis({ settings: { requirepass: "of-here" } }),
    await startRedis({ settings: { requirepass: "of-there" } }),
  ];
  if (from === null || to === null) {
    context.skip(missing("Redis"));
    return;
  }
  onTestFinished(() => Promise.all([from.stop(), to.stop()]).then(() => {}));
  const sandbox = new Sandbox();
  const env = { TENURE_DIR: "", TENURE_STORE: from.url, TENURE_STORE_PASSWORD_FILE: join(sandbox.directory, "here") };
  writeFileSync(join(sandbox.directory, "here"), "of-here\n");
  writeFileSync(join(sandbox.directory, "there"), "of-there\n");
  await sandbox.run(["run", "orders", "--", "true"], env);
  const heard: string[] = [];
  const other = createServer((socket) => {
    socket
      .on("error", () => {})
      .on("data", (data) => {
        heard.push(String(data));
        socket.destroy();
      });
  }).listen(0, "127.0.0.1");
  await once(other, "listening");
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  expect(await sandbox.run(["move", "orders", "--to", `redis://127.0.0.1:${port}`], env)).toMatchObject({ code: 69 });
  expect(heard.join("")).not.toBe("");
  expect(heard.join("")).not.toContain("of-here");
  const moved = await sandbox.run(["move", "orders", "--to", to.url, "--to-password-file", "there"], env);
  expect(moved).toMatchObject({ code: 0, stderr: "", stdout: /its next epoch there is 4/u });
});

test("a mistyped name is nobody's lease: none is made of it, here or there", async () => {
  const sandbox = await withEpochs(1);
  const there = join(sandbox.directory, "there");
  expect(await sandbox.run(["move", "order", "--to-dir", there], apart)).toMatchObject({
    code: 79,
    stderr: /nobody has held lease "order" .*nothing to move/u,
  });
  expect(existsSync(there)).toBe(false);
  expect((await sandbox.json(["status"], apart))["leases"]).toMatchObject([{ name: "orders" }]);
});

test("a lease is not moved to where it is", async () => {
  const sandbox = await withEpochs(1);
  const args = ["move", "orders", "--to-dir", sandbox.state];
  expect(await sandbox.run(args, apart)).toMatchObject({ code: 64, stderr: /both are one store/u });
});
