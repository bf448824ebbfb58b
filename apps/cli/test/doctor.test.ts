import { once } from "node:events";
import { chmodSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createLeaseClient } from "@tenure/core";
import { processOf, thisHost } from "@tenure/host";
import { openFileStore } from "@tenure/store-file";
import { describe, expect, onTestFinished, test } from "vitest";
import { documentIn } from "./documents.ts";
import { Sandbox } from "./sandbox.ts";

const up = "console.log('up'); setInterval(() => {}, 1 << 30)";

async function examined(sandbox: Sandbox, ...args: readonly string[]) {
  const { code, stdout, stderr } = await sandbox.run(["doctor", ...args, "--json"]);
  expect(stderr).toBe("");
  const { level, findings } = documentIn("doctor", stdout);
  return { code, level, rules: findings.map(({ ruleId }) => ruleId), findings };
}

async function led(sandbox: Sandbox, ...args: readonly string[]) {
  const run = sandbox.start(["run", "orders", "--holder", "worker-a", ...args, "--", process.execPath, "-e", up]);
  await run.line(/^up$/u);
  return run;
}

function contentsOf(directory: string): readonly (readonly [string, string])[] {
  return readdirSync(directory, { withFileTypes: true }).map((entry) => [
    entry.name,
    entry.isFile() ? readFileSync(join(directory, entry.name), "utf8") : "no file",
  ]);
}

describe("tenure doctor", () => {
  test("a healthy run is well, in words and as a document, and nothing is changed by looking", async () => {
    const sandbox = new Sandbox();
    await led(sandbox);
    expect(await examined(sandbox)).toEqual({ code: 0, level: "well", rules: [], findings: [] });
    const before = readdirSync(sandbox.state);
    const { code, stdout } = await sandbox.run(["doctor", "orders"]);
    expect(readdirSync(sandbox.state)).toEqual(before);
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /\norders \(~.* remain.*\): well\n.*worker-a.*\n.* well +renewed while it was watched/u,
      ),
    });
    expect(stdout).toMatch(/what the store guarantees\n {2}engine +file\n/u);
  });

  test("a stopped holder is ill: its process is, and nothing renews", async () => {
    const sandbox = new Sandbox();
    const run = await led(sandbox, "--ttl", "5s");
    run.signal("SIGSTOP");
    const { code, rules, findings } = await examined(sandbox, "orders");
    run.signal("SIGCONT");
    expect({ code, rules }).toEqual({ code: 2, rules: ["not-renewed", "holder-stopped"] });
    expect(findings[1]?.change).toContain(`kill -CONT ${run.child.pid}`);
  });

  test("a dead holder that somebody beats for is a ghost", async () => {
    const sandbox = new Sandbox();
    const leader = sandbox.startProcess(process.execPath, ["-e", up]);
    await leader.line(/up/u);
    const store = await openFileStore({
      directory: sandbox.state,
      floorDirectory: String(sandbox.env["TENURE_FLOOR_DIR"]),
    });
    const host = thisHost();
    const holder = processOf(leader.child.pid ?? 0);
    const client = createLeaseClient({
      ...host,
      identity: { holderIdentity: "worker-a", holder, renewer: host.identity.holder },
      store,
    });
    const lease = await client.acquire("orders");
    await leader.end();
    const beating = setInterval(() => void lease.renew(), 300);
    onTestFinished(async () => {
      clearInterval(beating);
      await store.close();
    });
    const { code, rules, findings } = await examined(sandbox, "orders");
    expect({ code, rules }).toEqual({ code: 2, rules: ["ghost-kept-alive", "holder-dead"] });
    expect(findings[0]?.change).toBe(`end the renewer: kill ${process.pid}`);
  });

  test("a script that was changed after its start is told", async () => {
    const sandbox = new Sandbox();
    const script = join(sandbox.directory, "serve.cjs");
    writeFileSync(script, up);
    const run = sandbox.start(["run", "orders", "--", process.execPath, script]);
    await run.line(/^up$/u);
    const changed = Date.now() / 1_000 + 60;
    utimesSync(script, changed, changed);
    const { code, rules, findings } = await examined(sandbox, "orders");
    expect({ code, rules }).toEqual({ code: 1, rules: ["fix-not-loaded"] });
    expect(findings[0]?.evidence.join()).toContain(script);
  });

  test("a folder that others may write to is ill, one that they may read a warning, a file of theirs is named", async () => {
    const sandbox = new Sandbox();
    const run = await led(sandbox);
    run.signal("SIGTERM");
    await once(run.child, "exit");
    chmodSync(sandbox.state, 0o777);
    expect(await examined(sandbox)).toMatchObject({ code: 2, rules: ["store-refused"] });
    chmodSync(sandbox.state, 0o755);
    expect(await examined(sandbox)).toMatchObject({ code: 1, rules: ["place-unfit"] });
    chmodSync(sandbox.state, 0o700);
    chmodSync(join(sandbox.state, "orders.json"), 0o666);
    expect(await examined(sandbox)).toMatchObject({ code: 2, rules: ["file-not-own"] });
  });

  test("a lease of the same name that is held in the default folder is told", async () => {
    const sandbox = new Sandbox();
    const elsewhere = join(sandbox.directory, ".local", "state", "tenure");
    const env = { TENURE_DIR: elsewhere, TENURE_FLOOR_DIR: join(sandbox.directory, "other-floors") };
    await sandbox.json(["acquire", "orders", "--no-process", "--holder", "cron", "--ttl", "1h"], env);
    await led(sandbox);
    const { code, rules, findings } = await examined(sandbox, "orders");
    expect({ code, rules }).toEqual({ code: 1, rules: ["held-in-two-stores"] });
    expect(findings[0]?.verdict).toContain(`held in ${elsewhere} as well, by "cron"`);
  });

  test("no store, and no such lease, are ill and name what there is; a bad name is a usage error", async () => {
    const sandbox = new Sandbox();
    expect(await examined(sandbox)).toMatchObject({ code: 2, rules: ["store-refused"] });
    expect(readdirSync(sandbox.directory)).toEqual([]);
    await sandbox.json(["acquire", "billing", "--no-process", "--ttl", "1h"]);
    const before = contentsOf(sandbox.state);
    const { code, rules, findings } = await examined(sandbox, "orders");
    expect(contentsOf(sandbox.state)).toEqual(before);
    expect({ code, rules }).toEqual({ code: 2, rules: ["no-such-lease"] });
    expect(findings[0]?.evidence).toEqual(["there are billing"]);
    expect((await sandbox.run(["doctor", "../x"])).code).toBe(64);
  });
});
