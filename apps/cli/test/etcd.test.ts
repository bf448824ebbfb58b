import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { missing, startEtcd } from "@tenure/engines";
import { afterAll, describe, expect, test } from "vitest";
import { Sandbox } from "./sandbox.ts";

const CANARY = "c4n4ry";
const server = await startEtcd();
const skipped = server === null ? missing("etcd") : null;
afterAll(() => server?.stop());

describe.skipIf(skipped !== null)(`leases on an etcd cluster${skipped === null ? "" : `: ${skipped}`}`, () => {
  const url = server?.url ?? "";
  const withPassword = url.replace("//", `//ops:${CANARY}@`);

  test("run leads, status and history tell, the next run takes over with a higher epoch", async () => {
    const sandbox = new Sandbox();
    const env = { TENURE_STORE: url, TENURE_DIR: "" };
    const first = await sandbox.run(["run", "orders", "--", "sh", "-c", "echo $LEASE_EPOCH"], env);
    expect(first).toMatchObject({ code: 0, stdout: "1\n" });
    const second = await sandbox.run(["run", "orders", "--store", url, "--", "sh", "-c", "echo $LEASE_EPOCH"]);
    expect(second).toMatchObject({ code: 0, stdout: "2\n" });
    const { leases, store } = await sandbox.json(["status", "orders"], env);
    expect({ leases, store }).toMatchObject({ leases: [{ name: "orders", epoch: 2, state: "free" }], store: url });
    const { terms } = await sandbox.json(["history", "orders"], env);
    expect(terms).toMatchObject([
      { epoch: 1, endReason: "released" },
      { epoch: 2, endReason: "released" },
    ]);
  });

  test("who waits is told that the server is away, waits on, and leads once it is back", async () => {
    const sandbox = new Sandbox();
    const env = { TENURE_STORE: url, TENURE_DIR: "" };
    const blue = sandbox.start(["run", "outage", "--holder", "blue", "--verbose", "--", "sleep", "1000"], env);
    await blue.line(/started/u);
    const command = ["--", "sh", "-c", "echo leads with $LEASE_EPOCH"];
    const green = sandbox.start(["run", "outage", "--holder", "green", "--verbose", ...command], env);
    await green.line(/waiting for "outage"/u);
    await server?.crash();
    await green.line(/^tenure: still waiting: etcd: /u);
    await server?.restart();
    blue.signal("SIGTERM");
    expect(await green.line(/^leads with/u)).toBe("leads with 2");
    expect(await green.ended).toMatchObject({ code: 0 });
  });

  test("a password is printed by no verb and in no error", async () => {
    const sandbox = new Sandbox();
    const env = { TENURE_STORE: withPassword, TENURE_DIR: "" };
    const said: string[] = [];
    for (const args of [
      ["status"],
      ["status", "--json"],
      ["config", "show", "--origin"],
      ["config", "show", "--json"],
      ["acquire", "orders", "--no-process", "--json"],
      ["init", "--store", withPassword],
      ["status", "--store", `etcd://ops:${CANARY}@127.0.0.1:1`, "--json"],
      ["status", "--store", `etcd://ops:${CANARY}@127.0.0.1/path`],
      ["status", "--store", `etcd://ops:${CANARY}@ no url`],
    ]) {
      const { stdout, stderr } = await sandbox.run(args, env);
      said.push(stdout, stderr);
    }
    expect(said.join("")).not.toContain(CANARY);
    expect(said.join("")).toContain("***");
  });

  test("the password comes from a file that the configuration names", async () => {
    const sandbox = new Sandbox();
    const store = url.replace("//", "//ops@");
    writeFileSync(join(sandbox.directory, "secret"), "any\n");
    writeFileSync(
      join(sandbox.directory, "tenure.config.json"),
      JSON.stringify({ store, storePasswordFile: "secret" }),
    );
    expect(await sandbox.json(["status"], { TENURE_DIR: "" })).toMatchObject({ store });
    writeFileSync(join(sandbox.directory, "tenure.config.json"), JSON.stringify({ store, storePasswordFile: "no" }));
    expect(await sandbox.run(["status"], { TENURE_DIR: "" })).toMatchObject({ code: 78 });
  });
});

test.each([
  [["status", "--store", "etcd://db:2379/path"], 78, /is no URL of an etcd cluster/u],
  [["status", "--store", "etcds://db?cacrt=x"], 78, /known are endpoint, cacert, cert, key/u],
  [["init", "--store", "etcd://db:2379", "--print-ddl"], 64, /needs nothing to be made/u],
])("%j ends with %i and says why", async (args, code, why) => {
  expect(await new Sandbox().run(args)).toMatchObject({ code, stderr: why });
});
