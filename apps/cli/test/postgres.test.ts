import { cpSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { missing, startPostgres } from "@tenure/engines";
import { fileFence } from "@tenure/store-file";
import { afterAll, describe, expect, test } from "vitest";
import { COMMAND, Sandbox } from "./sandbox.ts";

const CANARY = "c4n4ry";
const server = await startPostgres();
const skipped = server === null ? missing("PostgreSQL") : null;
afterAll(() => server?.stop());

describe.skipIf(skipped !== null)(`leases on a PostgreSQL server${skipped === null ? "" : `: ${skipped}`}`, () => {
  const url = server?.url ?? "";
  const withPassword = url.replace("@", `:${CANARY}@`);

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

  test("a waiting candidate on the same server leads once the first has given way", async () => {
    const sandbox = new Sandbox();
    const env = { TENURE_STORE: url, TENURE_DIR: "" };
    const blue = sandbox.start(["run", "relay", "--holder", "blue", "--verbose", "--", "sleep", "1000"], env);
    await blue.line(/started/u);
    const says = ["--", "sh", "-c", "echo $LEASE_EPOCH"];
    const green = sandbox.start(["run", "relay", "--holder", "green", "--verbose", ...says], env);
    await green.line(/waiting for "relay"/u);
    await sandbox.json(["transfer", "relay", "--to", "green"], env);
    expect(await green.ended).toMatchObject({ code: 0, stdout: "2\n" });
    await blue.ended;
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
    await green.line(/^tenure: still waiting: PostgreSQL: /u);
    await server?.restart();
    blue.signal("SIGTERM");
    expect(await green.line(/^leads with/u)).toBe("leads with 2");
    expect(await green.ended).toMatchObject({ code: 0 });
  });

  test("a server that came back older than this machine saw it is not believed", async () => {
    const sandbox = new Sandbox();
    const env = { TENURE_STORE: url, TENURE_DIR: "", XDG_STATE_HOME: sandbox.directory };
    const { storeId } = await sandbox.json(["status"], env);
    const path = join(sandbox.directory, "tenure-engines", "epochs.jsonl");
    await fileFence({ path }).raise({ storeId: String(storeId), name: "restored" }, 9);
    const command = ["run", "restored", "--", "true"];
    expect(await sandbox.run(command, env)).toMatchObject({ code: 80, stderr: /epoch 9 was seen here.*restored/su });
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
      ["status", "--store", `mysql://ops:${CANARY}@db/x`],
      ["status", "--store", `postgres://ops:${CANARY}@127.0.0.1:1/x`, "--json"],
      ["status", "--store", `postgres://ops:${CANARY}@ no url`],
    ]) {
      const { stdout, stderr } = await sandbox.run(args, env);
      said.push(stdout, stderr);
    }
    expect(said.join("")).not.toContain(CANARY);
    expect(said.join("")).toContain("***");
  });

  test("the password comes from a file that the configuration names", async () => {
    const sandbox = new Sandbox();
    writeFileSync(join(sandbox.directory, "secret"), "any\n");
    writeFileSync(
      join(sandbox.directory, "tenure.config.json"),
      JSON.stringify({ store: url, storePasswordFile: "secret" }),
    );
    expect(await sandbox.json(["status"], { TENURE_DIR: "" })).toMatchObject({ store: url });
    writeFileSync(
      join(sandbox.directory, "tenure.config.json"),
      JSON.stringify({ store: url, storePasswordFile: "no" }),
    );
    expect(await sandbox.run(["status"], { TENURE_DIR: "" })).toMatchObject({ code: 78 });
  });

  test("the statements that make its tables are those it would run itself", async () => {
    const { code, stdout } = await new Sandbox().run(["init", "--store", url, "--print-ddl"]);
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: /create table if not exists "?tenure"?\.lease/u });
  });
});

test.each([
  [["status", "--store", "mysql://db/x"], 78, /names no engine/u],
  [["status", "--store", "/var/lib/tenure"], 78, /a folder is --dir/u],
  [["status", "--store", "postgres://db/x", "--dir", "here"], 78, /exclude each other/u],
  [["init", "--print-ddl"], 64, /needs --store/u],
])("%j ends with %i and says why", async (args, code, why) => {
  const ended = await new Sandbox().run(args);
  expect(ended).toMatchObject({ code, stderr: why });
});

test("an engine whose package is not installed is named with the command that installs it", async () => {
  const sandbox = new Sandbox();
  const alone = join(sandbox.directory, "alone");
  cpSync(dirname(COMMAND), alone, { recursive: true });
  const args = [join(alone, basename(COMMAND)), "status", "--store", "postgres://127.0.0.1:1/x"];
  const ended = await sandbox.startProcess(process.execPath, args).ended;
  expect(ended).toMatchObject({ code: 78, stderr: /run: npm install @tenure\/store-postgres/u });
});

test("a folder named by a flag counts before a server named by the environment", async () => {
  const sandbox = new Sandbox();
  const env = { TENURE_STORE: "postgres://127.0.0.1:1/x", TENURE_DIR: "" };
  expect(await sandbox.json(["status", "--dir", "here"], env)).toMatchObject({
    directory: join(sandbox.directory, "here"),
  });
});
