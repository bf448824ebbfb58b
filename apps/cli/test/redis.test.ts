import { join } from "node:path";
import { missing, startRedis } from "@tenure/engines";
import { fileFence } from "@tenure/store-file";
import { afterAll, describe, expect, test } from "vitest";
import { Sandbox } from "./sandbox.ts";

const CANARY = "c4n4ry";
const server = await startRedis();
const skipped = server === null ? missing("Redis") : null;
afterAll(() => server?.stop());

describe.skipIf(skipped !== null)(`leases on a Redis server${skipped === null ? "" : `: ${skipped}`}`, () => {
  const url = server?.url ?? "";

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
    await green.line(/^tenure: still waiting: Redis: /u);
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
    const said: string[] = [];
    for (const args of [
      ["status", "--store", url.replace("//", `//:${CANARY}@`)],
      ["config", "show", "--store", `redis://ops:${CANARY}@db`],
      ["status", "--store", `rediss://ops:${CANARY}@127.0.0.1:1`, "--json"],
      ["status", "--store", `redis://ops:${CANARY}@db/no/number`],
    ]) {
      const { stdout, stderr } = await sandbox.run(args, { TENURE_DIR: "" });
      said.push(stdout, stderr);
    }
    expect(said.join("")).not.toContain(CANARY);
    expect(said.join("")).toContain("***");
  });

  test("there are no statements to print", async () => {
    const ended = await new Sandbox().run(["init", "--store", url, "--print-ddl"]);
    expect(ended).toMatchObject({ code: 64, stderr: /needs nothing to be made/u });
  });
});
