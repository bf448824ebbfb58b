import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { Sandbox, type Running } from "./sandbox.ts";

/** A socket that stands for systemd's. */
async function manager(sandbox: Sandbox): Promise<{ readonly heard: Running; readonly env: Record<string, string> }> {
  const socket = join(sandbox.directory, "notify");
  const script = fileURLToPath(new URL("children/notified.pl", import.meta.url));
  const heard = sandbox.startProcess("perl", [script, socket]);
  await heard.line(/bound/u);
  return { heard, env: { NOTIFY_SOCKET: socket, WATCHDOG_USEC: "600000" } };
}

describe("tenure run as a service of Type=notify", () => {
  test("tells systemd that it is up, whether it leads, and that it is not hung; its command inherits nothing of it", async () => {
    const sandbox = new Sandbox();
    const { heard, env } = await manager(sandbox);
    const command = ["sh", "-c", "echo own ${NOTIFY_SOCKET-none} ${WATCHDOG_USEC-none}; sleep 600"];
    const run = sandbox.start(["run", "orders", "--", ...command], env);
    await heard.line(/READY=1/u);
    await heard.line(/STATUS=leading with epoch 1/u);
    await heard.line(/WATCHDOG=1/u);
    await run.line(/^own none none$/u);
  });

  test("a standby is up as well, and says that it is one", async () => {
    const sandbox = new Sandbox();
    const leader = sandbox.start(["run", "orders", "-v", "--", "sleep", "600"]);
    await leader.line(/started process/u);
    const { heard, env } = await manager(sandbox);
    sandbox.start(["run", "orders", "--", "sleep", "600"], env);
    await heard.line(/STATUS=standby for "orders"/u);
    await heard.line(/READY=1/u);
    leader.signal("SIGTERM");
    await heard.line(/STATUS=leading with epoch 2/u);
  });

  test("pings cease when its event loop stands still, which is what systemd kills it for", async () => {
    const sandbox = new Sandbox();
    const { heard, env } = await manager(sandbox);
    const run = sandbox.start(["run", "orders", "--ttl", "1h", "--", "sleep", "600"], env);
    await heard.line(/WATCHDOG=1/u);
    run.signal("SIGSTOP");
    const count = (): number => heard.lines.filter((line) => line.includes("WATCHDOG=1")).length;
    // Five of them would be due from one look to the next; one may be under way at first.
    let before = -1;
    const isQuiet = (): boolean => {
      const was = before;
      before = count();
      return before === was;
    };
    await expect.poll(isQuiet, { timeout: 20_000, interval: 1_000 }).toBe(true);
    run.signal("SIGCONT");
    await expect.poll(count, { timeout: 20_000 }).toBeGreaterThan(before);
  });

  test("says once why systemd cannot be told, and runs its command all the same", async () => {
    const sandbox = new Sandbox();
    const env = { NOTIFY_SOCKET: join(sandbox.directory, "nobody"), WATCHDOG_USEC: "300000" };
    const { code, stdout, stderr } = await sandbox.run(["run", "orders", "--", "sh", "-c", "sleep 1; echo done"], env);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "done\n" });
    expect(stderr.match(/systemd is not told/gu)).toHaveLength(1);
  });
});
