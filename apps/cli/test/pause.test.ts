import { expect, test } from "vitest";
import { documentIn } from "./documents.ts";
import { Sandbox } from "./sandbox.ts";

test("a paused lease is acquired by nobody, says so everywhere, and is led again after resume", async () => {
  const sandbox = new Sandbox();
  await sandbox.run(["run", "orders", "--", "true"]);
  expect(await sandbox.run(["pause", "orders", "--for", "30m", "--reason", "ticket 4711"])).toMatchObject({
    code: 0,
    stdout: 'paused "orders" for 30m (ticket 4711); tenure resume orders lifts it\n',
  });
  expect(await sandbox.run(["acquire", "orders", "--no-process", "--no-wait"])).toMatchObject({
    code: 75,
    stderr: /lease "orders" is paused by .*ticket 4711/u,
  });
  expect((await sandbox.run(["status", "orders"])).stdout).toMatch(/paused.*ticket 4711/su);
  const waiting = sandbox.start(["run", "orders", "--verbose", "--", "sh", "-c", "echo $LEASE_EPOCH"]);
  await waiting.line(/waiting for "orders"/u);
  expect(await sandbox.run(["resume", "orders"])).toMatchObject({
    code: 0,
    stdout: '"orders" is not paused any more\n',
  });
  expect(await waiting.ended).toMatchObject({ code: 0, stdout: "2\n" });
});

test("a pause ends by itself", async () => {
  const sandbox = new Sandbox();
  await sandbox.run(["run", "orders", "--", "true"]);
  const { stdout } = await sandbox.run(["pause", "orders", "--for", "300ms", "--json"]);
  expect(documentIn("status", stdout).leases).toMatchObject([{ name: "orders", paused: { expiresAfterMs: 300 } }]);
  expect(await sandbox.run(["run", "orders", "--", "true"])).toMatchObject({ code: 0 });
});

test.each([
  [["pause", "orders"], 64, /--for/u],
  [["pause", "orders", "--for", "soon"], 64, /soon/u],
  [["pause", "nobodys", "--for", "1m"], 79, /nobody has held lease "nobodys"/u],
  [["resume", "nobodys"], 79, /nobody has held lease "nobodys"/u],
])("%j ends with %i and says why", async (args, code, why) => {
  const sandbox = new Sandbox();
  await sandbox.run(["run", "orders", "--", "true"]);
  expect(await sandbox.run(args)).toMatchObject({ code, stderr: why });
});
