import { existsSync } from "node:fs";
import { join } from "node:path";
import { missing, startNats, startPostgres } from "@tenure/engines";
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
])("%j is refused", async (args, why) => {
  expect(await (await withEpochs(1)).run(args, apart)).toMatchObject({ code: 64, stderr: why });
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
