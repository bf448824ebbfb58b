import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { documentIn } from "./documents.ts";
import { Sandbox, type Ended, type Running } from "./sandbox.ts";

/** A leader and one that waits for it, each `tenure run` with a command. */
async function twoCandidates(sandbox: Sandbox, ...options: string[]): Promise<readonly [Running, Running]> {
  const start = (holder: string): Running =>
    sandbox.start(["run", "orders", "--holder", holder, "--verbose", ...options, "--", "sleep", "1000"]);
  const blue = start("blue");
  await blue.line(/started/u);
  const green = start("green");
  await green.line(/waiting for "orders"/u);
  return [blue, green];
}

function stateOf(pid: number | undefined): string {
  return readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /u, "")
    .charAt(0);
}

const drill = async (sandbox: Sandbox, ...args: string[]): Promise<Ended> =>
  await sandbox.run(["chaos", "orders", ...args, "--yes", "--json"]);

describe("tenure chaos", () => {
  test("kill: the holder dies, its death is proved, and the next one leads with a higher epoch", async () => {
    const sandbox = new Sandbox();
    const [blue] = await twoCandidates(sandbox);
    const { code, stdout } = await drill(sandbox, "kill");
    expect(code).toBe(0);
    const document = documentIn("drill", stdout);
    expect(document).toMatchObject({
      pid: blue.child.pid,
      before: { epoch: 1, holderIdentity: "blue" },
      after: { epoch: 2, holderIdentity: "green" },
      how: "holder-dead",
      verdict: "succeeded",
    });
    expect(document.gapMs).toBeLessThan(5_000);
    expect((await blue.ended).code).toBe(137);
  }, 60_000);

  test("pause, shorter than the lease lasts: it is kept, and goes on", async () => {
    const sandbox = new Sandbox();
    const [blue] = await twoCandidates(sandbox, "--ttl", "10s");
    const { code, stdout } = await drill(sandbox, "pause", "--for", "500ms");
    expect(code).toBe(0);
    expect(documentIn("drill", stdout)).toMatchObject({ verdict: "kept", after: null, before: { epoch: 1 } });
    expect(stateOf(blue.child.pid)).not.toBe("T");
  }, 60_000);

  test("pause, longer than the lease lasts: another leads, and the former holder goes on and is told", async () => {
    const sandbox = new Sandbox();
    const [blue] = await twoCandidates(sandbox, "--ttl", "3s");
    const { code, stdout } = await drill(sandbox, "pause", "--for", "8s");
    expect(code).toBe(0);
    const document = documentIn("drill", stdout);
    expect(document).toMatchObject({
      verdict: "succeeded",
      how: "expired",
      after: { epoch: 2, holderIdentity: "green" },
    });
    expect(document.gapMs).toBeGreaterThan(500);
    expect((await blue.ended).code).toBe(79);
  }, 60_000);

  test("pause, longer than the lease lasts, and nobody else waits: that its holder gives the term back on waking is no renewal", async () => {
    const sandbox = new Sandbox();
    const options = ["--ttl", "3s", "--restart", "always", "--backoff", "10ms", "--holder", "blue", "--verbose"];
    const blue = sandbox.start(["run", "orders", ...options, "--", "sleep", "1000"]);
    await blue.line(/started/u);
    const { code, stdout } = await sandbox.run(["chaos", "orders", "pause", "--for", "8s", "--yes"]);
    expect(stdout).toContain("stood still itself: does anybody else wait for it?");
    expect(stdout).toMatch(/after {3}epoch 2, blue/u);
    expect(code).toBe(1);
  }, 60_000);

  test("stall: the command stands still and not tenure run, so nothing is renewed for it", async () => {
    const sandbox = new Sandbox();
    await twoCandidates(sandbox, "--ttl", "3s");
    const { code, stdout } = await drill(sandbox, "stall", "--for", "8s");
    expect(code).toBe(0);
    expect(documentIn("drill", stdout)).toMatchObject({ verdict: "succeeded", after: { holderIdentity: "green" } });
  }, 60_000);

  test("nobody waits: that is the verdict, and exit 1", async () => {
    const sandbox = new Sandbox();
    const alone = sandbox.start(["run", "orders", "--verbose", "--", "sleep", "1000"]);
    await alone.line(/started/u);
    const { code, stdout } = await sandbox.run(["chaos", "orders", "kill", "--for", "500ms", "--confirm", "orders"]);
    expect(code).toBe(1);
    expect(stdout).toContain("nobody leads");
  }, 60_000);

  test("without consent nothing is done, and it says what would be", async () => {
    const sandbox = new Sandbox();
    const alone = sandbox.start(["run", "orders", "--verbose", "--", "sleep", "1000"]);
    await alone.line(/started/u);
    const asked = await sandbox.run(["chaos", "orders", "kill"]);
    expect(asked.code).toBe(64);
    expect(asked.stderr).toContain(`kill process ${alone.child.pid}, the holder of "orders"`);
    expect((await sandbox.run(["chaos", "orders", "kill", "--confirm", "order"])).code).toBe(64);
    expect(stateOf(alone.child.pid)).not.toBe("T");
    const { leases } = documentIn("status", (await sandbox.run(["status", "orders", "--json"])).stdout);
    expect(leases).toMatchObject([{ epoch: 1, state: "held", holderProcess: "alive" }]);
  }, 60_000);

  test("a signal to it lets a stopped holder go on at once", async () => {
    const sandbox = new Sandbox();
    const [blue] = await twoCandidates(sandbox, "--ttl", "30s");
    const running = sandbox.start(["chaos", "orders", "pause", "--for", "1m", "--yes"]);
    await running.line(/^stopping process/u);
    // The line is written right before the signal.
    while (stateOf(blue.child.pid) !== "T") await sandbox.startProcess("true", []).ended;
    running.signal("SIGINT");
    const { code, stderr } = await running.ended;
    expect(code).toBe(130);
    expect(stderr).toContain('SIGINT while trying a pause on "orders"; what was stopped goes on');
    expect(stateOf(blue.child.pid)).not.toBe("T");
  }, 60_000);

  test("a record without a process, or with one that is gone, harms nobody: 77; a free lease: 79", async () => {
    const sandbox = new Sandbox();
    await sandbox.run(["run", "orders", "--", "true"]);
    expect((await drill(sandbox, "kill")).code).toBe(79);
    await sandbox.run(["acquire", "orders", "--no-process", "--holder", "cron"]);
    const none = await drill(sandbox, "kill");
    expect(none.code).toBe(77);
    expect(none.stderr).toContain("no process stands behind");
    expect((await drill(sandbox, "stall", "--for", "1s")).stderr).toContain("runs no command");
    const other = new Sandbox();
    const short = other.start(["run", "orders", "--verbose", "--ttl", "30s", "--", "sleep", "1000"]);
    await short.line(/started/u);
    short.signal("SIGKILL");
    await short.ended;
    const gone = await drill(other, "kill");
    expect(gone.code).toBe(77);
    expect(gone.stderr).toContain("is gone");
  }, 60_000);

  test("a lease that has run out is nobody's, though its record still names a process that runs: 79, and it is not harmed", async () => {
    const sandbox = new Sandbox();
    const { child } = sandbox.startProcess("sleep", ["1000"]);
    await sandbox.run(["acquire", "orders", "--pid", String(child.pid), "--ttl", "1s", "--holder", "blue"]);
    const remains = async (): Promise<number | null | undefined> =>
      documentIn("status", (await sandbox.run(["status", "orders", "--json"])).stdout).leases[0]?.remainingMs;
    while ((await remains()) !== 0);
    const { code, stderr } = await drill(sandbox, "kill");
    expect(code).toBe(79);
    expect(stderr).toMatch(/"orders".*"blue", epoch 1.*has run out/u);
    expect((await sandbox.run(["chaos", "orders", "kill"])).code).toBe(79);
    expect(stateOf(child.pid)).toBe("S");
  }, 60_000);

  test.each([
    [["pause"], "say for how long"],
    [["pause", "--for", "10m"], "from 100ms to 5m"],
    [["drown", "--for", "1s"], "kill, pause, stall"],
  ])("%j is refused: %s", async (args, message) => {
    const { code, stderr } = await new Sandbox().run(["chaos", "orders", ...args, "--yes"]);
    expect(code).toBe(64);
    expect(stderr).toContain(message);
  });
});
