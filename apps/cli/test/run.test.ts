import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { documentIn } from "./documents.ts";
import { Sandbox } from "./sandbox.ts";

/** Says what it knows, then lives until it is ended. */
const serve = 'console.log("leads", process.env.LEASE_NAME, process.env.LEASE_EPOCH); setInterval(() => {}, 1 << 30)';
const run = (...args: readonly string[]): string[] => ["run", "orders", ...args];
const node = (script: string): string[] => ["--", process.execPath, "-e", script];

/** A process that has ended may still have a number, where nobody asks for its exit code. */
function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return !stat.slice(stat.lastIndexOf(")")).startsWith(") Z");
  } catch {
    return false;
  }
}

describe("tenure run", () => {
  test("hands on the command's exit code, output and lease, and then releases", async () => {
    const sandbox = new Sandbox();
    const script =
      "console.log(JSON.stringify(Object.fromEntries(Object.entries(process.env).filter(([k]) => k.startsWith('LEASE_'))))); process.exit(7)";
    const { code, stdout } = await sandbox.run(run("--holder", "worker-a", ...node(script)));
    expect(code).toBe(7);
    expect(JSON.parse(stdout)).toMatchObject({
      LEASE_NAME: "orders",
      LEASE_HOLDER_IDENTITY: "worker-a",
      LEASE_EPOCH: "1",
      LEASE_DURATION_SECONDS: "15",
    });
    const status = documentIn("status", (await sandbox.run(["status", "--json"])).stdout);
    expect(status.leases).toMatchObject([{ state: "free", epoch: 1 }]);
  });

  test("its help names all that the command finds set, and no more", async () => {
    const sandbox = new Sandbox();
    const names = (text: string): Set<string> => new Set(text.match(/\bLEASE_[A-Z_]+/gu));
    const { stdout } = await sandbox.run(run("--progress", "pipe", "--", "env"));
    const help = (await sandbox.run(["run", "--help"])).stdout;
    expect(names(help.slice(help.indexOf("Set for the command:")))).toEqual(names(stdout));
  });

  test("hands on arguments word by word, also those that look like its own", async () => {
    const sandbox = new Sandbox();
    const words = ["--json", "--", "-x", "$(touch x)", "a b", ""];
    const script = "console.log(JSON.stringify(process.argv.slice(1)))";
    const { code, stdout } = await sandbox.run(run(...node(script), "--", ...words));
    expect({ code, words: JSON.parse(stdout) as unknown }).toEqual({ code: 0, words });
    expect(existsSync(join(sandbox.directory, "x"))).toBe(false);
  });

  test("is silent where nobody looks on, and tells with -v", async () => {
    const sandbox = new Sandbox();
    expect(await sandbox.run(run("--", "true"))).toEqual({ code: 0, stdout: "", stderr: "" });
    const { stderr } = await sandbox.run(run("-v", "--", "true"));
    expect(stderr).toMatch(/^tenure: leading with epoch 2$/mu);
  });

  test.each([
    ["SIGTERM", 143],
    ["SIGINT", 130],
  ] as const)("hands %s to the command, and ends with %d as it does", async (signal, code) => {
    const sandbox = new Sandbox();
    const running = sandbox.start(run(...node(serve)));
    await running.line(/^leads orders 1$/u);
    running.signal(signal);
    expect((await running.ended).code).toBe(code);
    const { stdout } = await sandbox.run(["history", "orders", "--json"]);
    expect(documentIn("history", stdout).terms).toMatchObject([{ epoch: 1, endReason: "released" }]);
  });

  test("a command that handles the signal ends as it likes", async () => {
    const sandbox = new Sandbox();
    const running = sandbox.start(run(...node(`process.on("SIGTERM", () => process.exit(3)); ${serve}`)));
    await running.line(/^leads/u);
    running.signal("SIGTERM");
    expect((await running.ended).code).toBe(3);
  });

  test("P1 is succeeded when it is killed with SIGKILL, and its command is gone before the next one starts", async () => {
    const sandbox = new Sandbox();
    const pid = `console.log("child", process.pid); ${serve}`;
    const first = sandbox.start(run("--ttl", "10m", ...node(pid)));
    const child = Number((await first.line(/^child /u)).split(" ")[1]);
    const second = sandbox.start(run("-v", "--ttl", "10m", ...node(serve)));
    await second.line(/^tenure: waiting for "orders", held by/u);
    first.signal("SIGKILL");
    await second.line(/^leads orders 2$/u);
    expect(isRunning(child)).toBe(false);
    second.signal("SIGTERM");
    expect((await second.ended).code).toBe(143);
  });

  test("ends with 75 and starts nothing when the lease is held and --no-wait is given", async () => {
    const sandbox = new Sandbox();
    const first = sandbox.start(run(...node(serve)));
    await first.line(/^leads/u);
    const verbose = await sandbox.run(run("--no-wait", "-v", ...node("console.log('started')")));
    expect(verbose).toMatchObject({ code: 75, stdout: "", stderr: expect.not.stringContaining("waiting for") });
    const { code, stdout } = await sandbox.run(run("--no-wait", "--json", ...node("console.log('started')")));
    expect(code).toBe(75);
    const { error } = documentIn("error", stdout);
    expect(error).toMatchObject({ code: "ELOCKED", name: "orders", epoch: 1 });
    expect(error.message).toBe(
      `lease "orders" is held by "${error.holderIdentity}" (epoch 1); "${process.execPath}" was not started`,
    );
  });

  test("ends with 124 when --timeout has passed, and with 128+n on a signal while it waits", async () => {
    const sandbox = new Sandbox();
    const first = sandbox.start(run(...node(serve)));
    await first.line(/^leads/u);
    expect((await sandbox.run(run("--timeout", "100ms", "--", "true"))).code).toBe(124);
    const waiting = sandbox.start(run("-v", "--", "true"));
    await waiting.line(/waiting for "orders"/u);
    waiting.signal("SIGTERM");
    expect((await waiting.ended).code).toBe(143);
  });

  test("says what it waits for where the state was deleted under it", async () => {
    const sandbox = new Sandbox();
    expect((await sandbox.run(run("--", "true"))).code).toBe(0);
    rmSync(sandbox.state, { recursive: true });
    const waiting = sandbox.start(run("-v", "--", "true"));
    await waiting.line(
      /^tenure: waiting for "orders", whose record is gone, but epoch 1 was issued: a candidate waits/u,
    );
    waiting.signal("SIGTERM");
    expect((await waiting.ended).code).toBe(143);
  });

  test("ends with 127 where there is no command, with 126 where it cannot be started, and leads for neither", async () => {
    const sandbox = new Sandbox();
    const file = join(sandbox.directory, "notes.txt");
    writeFileSync(file, "");
    chmodSync(file, 0o644);
    const missing = await sandbox.run(run("--json", "--", "no-such-command"));
    expect(missing.code).toBe(127);
    expect(documentIn("error", missing.stdout).error.message).toContain('"no-such-command": no such command');
    const refused = await sandbox.run(run("--", file));
    expect(refused.code).toBe(126);
    expect(refused.stderr).toContain("executable");
    expect(documentIn("history", (await sandbox.run(["history", "--json"])).stdout).terms).toEqual([]);
  });

  test("ends with 79 when the lease is revoked, and the command with it", async () => {
    const sandbox = new Sandbox();
    const running = sandbox.start(run("--ttl", "2s", ...node(`console.log("child", process.pid); ${serve}`)));
    const child = Number((await running.line(/^child /u)).split(" ")[1]);
    expect((await sandbox.run(["break", "orders", "--reason", "drill"])).code).toBe(0);
    const { code, stderr } = await running.ended;
    expect(code).toBe(79);
    expect(stderr).toContain("drill");
    expect(isRunning(child)).toBe(false);
  });

  test("refuses unsafe timing with 78 before it leads", async () => {
    const sandbox = new Sandbox();
    const { code, stderr } = await sandbox.run(run("--ttl", "1ms", "--", "true"));
    expect(code).toBe(78);
    expect(stderr).toContain("unsafe timing: SAFETY fails");
  });
});
