import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { documentIn } from "./documents.ts";
import { Sandbox } from "./sandbox.ts";

const state = {
  leader_id: "agent-\u001b[31m77",
  leader_epoch: 7,
  last_heartbeat: "2026-01-06T12:00:00+00:00",
  ttl_ms: 1_000,
};

/** Renews the file in its folder ten times a second, as a heartbeat service does. */
const service = `const { readFileSync, renameSync, writeFileSync } = require("node:fs");
setInterval(() => {
  const state = JSON.parse(readFileSync("state.json", "utf8"));
  const draft = "state.json." + process.pid;
  writeFileSync(draft, JSON.stringify({ ...state, last_heartbeat: new Date().toISOString() }));
  renameSync(draft, "state.json");
}, 100);
console.log("up");
`;

function write(sandbox: Sandbox, fields: object = {}): string {
  const path = join(sandbox.directory, "state.json");
  writeFileSync(`${path}.draft`, `${JSON.stringify({ ...state, ...fields })}\n`);
  renameSync(`${path}.draft`, path);
  return path;
}

async function examined(sandbox: Sandbox, path: string, env: Readonly<Record<string, string>> = {}) {
  const { code, stdout } = await sandbox.run(["doctor", "--state", path, "--json"], env);
  const { findings } = documentIn("doctor", stdout);
  return { code, rules: findings.map(({ ruleId }) => ruleId), findings };
}

describe("tenure doctor --state", () => {
  test("a file whose heartbeat is dead is ill, and nothing of it reaches a terminal raw", async () => {
    const sandbox = new Sandbox();
    const path = write(sandbox);
    expect(await examined(sandbox, path)).toMatchObject({ code: 2, rules: ["not-renewed", "holder-not-seen"] });
    const { code, stdout } = await sandbox.run(["doctor", "--state", path]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: expect.stringContaining("agent-\\u001B[31m77") as string });
    expect(stdout).not.toContain("\u001b");
  });

  test("a file that a service renews for a holder that is there is well, and a second such service is found", async () => {
    const sandbox = new Sandbox();
    const path = write(sandbox, { leader_id: "agent-77", ttl_ms: 60_000 });
    const script = join(sandbox.directory, "service.cjs");
    writeFileSync(script, service);
    const start = async (): Promise<void> => {
      await sandbox.startProcess(process.execPath, [script, "agent-77"]).line(/up/u);
    };
    await start();
    expect(await examined(sandbox, path)).toEqual({ code: 0, rules: [], findings: [] });
    await start();
    const twice = await examined(sandbox, path);
    expect(twice).toMatchObject({ code: 1, rules: ["duplicate-renewer"] });
    expect(JSON.stringify(twice.findings)).not.toContain("kill");
  });

  test("who has the file open only to read it renews nothing, however many there are", async () => {
    const sandbox = new Sandbox();
    const path = write(sandbox, { leader_id: null });
    const follow = async (): Promise<void> => {
      await sandbox.startProcess("tail", ["-f", path]).line(/ttl_ms/u);
    };
    await Promise.all([follow(), follow()]);
    expect(await examined(sandbox, path)).toEqual({ code: 0, rules: [], findings: [] });
    // They keep what they opened when another file takes its place.
    write(sandbox, { leader_id: null });
    expect(await examined(sandbox, path)).toEqual({ code: 0, rules: [], findings: [] });
  });

  test("a live heartbeat without a zone is live in every zone", async () => {
    const sandbox = new Sandbox();
    const path = write(sandbox, { leader_id: "agent-77", ttl_ms: 60_000 });
    const script = join(sandbox.directory, "service.cjs");
    writeFileSync(script, service.replace("toISOString()", "toISOString().slice(0, -1)"));
    await sandbox.startProcess(process.execPath, [script, "agent-77"]).line(/up/u);
    expect(await examined(sandbox, path, { TZ: "Asia/Tokyo" })).toEqual({ code: 0, rules: [], findings: [] });
  });

  test("a process that is about a file of the same name in another folder is none of its own", async () => {
    const [sandbox, other] = [new Sandbox(), new Sandbox()];
    const path = write(sandbox, { leader_id: null });
    const about = ["-e", "console.log('up'); setInterval(() => {}, 1 << 30)", "--"];
    const start = async (named: string): Promise<void> => {
      await other.startProcess(process.execPath, [...about, named]).line(/up/u);
    };
    await Promise.all([start(write(other)), start(write(other))]);
    expect((await examined(sandbox, path)).rules).toEqual([]);
    await Promise.all([start(path), start(path)]);
    expect((await examined(sandbox, path)).rules).toEqual(["duplicate-renewer"]);
  });

  test("an adopted file names its lease", async () => {
    const sandbox = new Sandbox();
    const path = write(sandbox, { leader_id: null });
    await sandbox.run(["adopt", path, "--own", "--name", "orders"]);
    const { code, stdout } = await sandbox.run(["doctor", "--state", path]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('lease "orders"') as string });
  });

  test.each([
    ["not there", () => "no-file"],
    ["of another shape", (sandbox: Sandbox) => write(sandbox, { ttl_ms: "long" })],
  ])("a file that is %s is ill", async (_, make) => {
    const sandbox = new Sandbox();
    expect(await examined(sandbox, make(sandbox))).toMatchObject({ code: 2, rules: ["state-unreadable"] });
  });

  test("a lease and a file at once is a mistake", async () => {
    const sandbox = new Sandbox();
    expect((await sandbox.run(["doctor", "orders", "--state", "x"])).code).toBe(64);
  });
});
