import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, onTestFinished, test } from "vitest";
import { documentIn } from "./documents.ts";
import { Sandbox } from "./sandbox.ts";

const live = ["-e", "console.log('up'); setInterval(() => {}, 1 << 30)"];
const term = ["--holder", "worker-a", "--epoch", "1"];

async function led(...args: readonly string[]) {
  const sandbox = new Sandbox();
  const leader = sandbox.startProcess(process.execPath, live);
  await leader.line(/up/u);
  const pid = String(leader.child.pid);
  await sandbox.json(["acquire", "orders", "--holder", "worker-a", "--pid", pid, ...args]);
  return { sandbox, leader, pid };
}

describe("tenure heartbeat", () => {
  test("keeps a lease well beyond its duration, for as long as the process lives", async () => {
    const { sandbox, leader, pid } = await led("--ttl", "5s");
    const beating = sandbox.start(["heartbeat", "orders", ...term, "--pid", pid, "--json"]);
    const watching = sandbox.start(["watch", "orders", "--json", "--renewals"]);
    await watching.line(/"renewals":4/u);
    leader.signal("SIGKILL");
    const { code, stdout } = await beating.ended;
    expect(code).toBe(79);
    const { error } = documentIn("error", stdout.trimEnd().split("\n").at(-1) ?? "");
    expect(error).toMatchObject({ code: "ELEASELOST", reason: "holder-dead", epoch: 1 });
  });

  test("ends with 0 when the holder releases", async () => {
    const { sandbox, pid } = await led("--ttl", "10s");
    const beating = sandbox.start(["heartbeat", "orders", ...term, "--pid", pid]);
    const watching = sandbox.start(["watch", "orders", "--json", "--renewals"]);
    await watching.line(/"renewals":1/u);
    expect((await sandbox.run(["release", "orders", ...term])).code).toBe(0);
    expect((await beating.ended).code).toBe(0);
  });

  test("ends without progress after --max-term, and with --on-loss kill the process as well", async () => {
    const { sandbox, leader, pid } = await led();
    const args = ["heartbeat", "orders", ...term, "--pid", pid, "--max-term", "100ms", "--on-loss", "kill"];
    const { code, stderr } = await sandbox.run(args);
    expect(code, stderr).toBe(79);
    expect(stderr).toContain("no progress");
    expect((await leader.ended).code).toBe(137);
  });

  test("with --on-loss kill ends also a process that acts as another user, where the system lets it", async ({
    skip,
  }) => {
    skip(process.getuid?.() !== 0, "needs root");
    const sandbox = new Sandbox();
    const other = spawn("setpriv", ["--reuid=65534", "--clear-groups", "sleep", "60"], { stdio: "ignore" });
    onTestFinished(() => void other.kill("SIGKILL"));
    const ended = once(other, "exit");
    const pid = String(other.pid);
    expect((await sandbox.run(["acquire", "bills", "--holder", "a", "--pid", pid])).code).toBe(0);
    const args = ["heartbeat", "bills", "--holder", "a", "--epoch", "1", "--pid", pid, "--max-term", "100ms"];
    expect((await sandbox.run([...args, "--on-loss", "kill"])).code).toBe(79);
    expect(await ended).toEqual([null, "SIGKILL"]);
  });

  test("leaves the process alone by default, and says that only a fence keeps it out", async () => {
    const { sandbox, leader, pid } = await led();
    const { code, stderr } = await sandbox.run(["heartbeat", "orders", ...term, "--pid", pid, "--max-term", "100ms"]);
    expect(code).toBe(79);
    expect(stderr).toContain("only a fence");
    expect(leader.child.exitCode).toBe(null);
  });

  test("refuses another process than the one the lease was acquired for, and names both", async () => {
    const { sandbox, pid } = await led();
    const { code, stdout } = await sandbox.run([
      "heartbeat",
      "orders",
      ...term,
      "--pid",
      String(process.pid),
      "--json",
    ]);
    expect(code).toBe(79);
    const { error } = documentIn("error", stdout);
    expect(error.code).toBe("ENOTACQUIRED");
    expect(error.message).toMatch(new RegExp(`process ${pid},.* process ${process.pid},`, "u"));
  });

  test("stops cleanly on SIGTERM, and the lease stands until it runs out", async () => {
    const { sandbox, pid } = await led();
    const beating = sandbox.start(["heartbeat", "orders", ...term, "--pid", pid, "-v"]);
    await beating.line(/renewing "orders"/u);
    beating.signal("SIGTERM");
    expect(await beating.ended).toMatchObject({
      code: 143,
      stderr: expect.stringMatching(
        /SIGTERM while renewing lease "orders"; it is held until it is released or runs out/u,
      ) as string,
    });
    const { leases } = documentIn("status", (await sandbox.run(["status", "--json"])).stdout);
    expect(leases).toMatchObject([{ state: "held", holderIdentity: "worker-a" }]);
  });
});
