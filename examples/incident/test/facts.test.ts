import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { LeaseInFile } from "../src/old/lease-in-file.ts";

const COMMAND = fileURLToPath(new URL("../../../apps/cli/dist/tenure.cjs", import.meta.url));

/** The old lease and tenure side by side, in a folder of their own. */
class Pair {
  readonly directory = mkdtempSync(join(tmpdir(), "tenure-facts-"));
  readonly old = new LeaseInFile(join(this.directory, "state.json"));
  readonly state = join(this.directory, "state");

  constructor() {
    onTestFinished(() => rmSync(this.directory, { recursive: true, force: true }));
  }

  tenure(...args: readonly string[]): {
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
  } {
    const env = { ...process.env, TENURE_DIR: this.state, TENURE_FLOOR_DIR: join(this.directory, "floors") };
    const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], { env, encoding: "utf8" });
    return { code: status, stdout, stderr };
  }

  /** The epoch of a lease that is acquired for nobody's process. */
  acquire(holder: string): number {
    const ttl = ["--ttl", "1s", "--timeout", "20s"];
    const { stdout } = this.tenure("acquire", "orders", "--holder", holder, "--no-process", "--json", ...ttl);
    return (JSON.parse(stdout) as { readonly epoch: number }).epoch;
  }
}

describe("a fact of the incident, in the old system and in tenure", () => {
  test("a release under another identity of the same process: nothing was said; now it fails and names both", () => {
    const pair = new Pair();
    pair.old.acquire("leader-1");
    pair.old.release("agent-1");
    expect(pair.old.state.leaderId).toBe("leader-1");
    const epoch = pair.acquire("leader-1");
    const { code, stderr } = pair.tenure("release", "orders", "--holder", "agent-1", "--epoch", String(epoch));
    expect(code).not.toBe(0);
    expect(stderr).toContain("agent-1");
    expect(stderr).toContain("leader-1");
  });

  test("a heartbeat for an agent that is long dead: a success was logged; now it ends at once and names both", () => {
    const pair = new Pair();
    pair.old.acquire("leader-1");
    const before = pair.old.state;
    pair.old.renew("leader-of-two-days-ago");
    expect(pair.old.state).toEqual(before);
    const epoch = String(pair.acquire("leader-1"));
    const ghost = ["--holder", "leader-of-two-days-ago", "--epoch", epoch, "--pid", String(process.pid)];
    const { code, stderr } = pair.tenure("heartbeat", "orders", ...ghost);
    expect(code).not.toBe(0);
    expect(stderr).toContain("leader-of-two-days-ago");
    expect(stderr).toContain("leader-1");
  });

  test("a state that was deleted to get past a dead leader: fencing token 1 again; now a higher one", () => {
    const pair = new Pair();
    pair.old.acquire("leader-1");
    pair.old.acquire("leader-2");
    rmSync(join(pair.directory, "state.json"));
    pair.old.acquire("leader-3");
    expect(pair.old.state.epoch).toBe(1);
    const first = pair.acquire("leader-1");
    for (const file of ["orders.journal.jsonl", "orders.json"]) rmSync(join(pair.state, file), { force: true });
    expect(pair.acquire("leader-2")).toBeGreaterThan(first);
  });

  test("a word that is no path, given to the heartbeat, is a mistake, and nothing is started (the old service took it for its pid file; not rebuilt here)", () => {
    const pair = new Pair();
    const { code, stderr } = pair.tenure("heartbeat", "stop");
    expect(code).toBe(64);
    expect(stderr).toContain("--pid");
  });
});
