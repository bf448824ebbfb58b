import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { documentIn } from "./documents.ts";
import { Sandbox } from "./sandbox.ts";

const quick = ["--restart", "on-failure", "--restart-burst", "2", "--backoff", "1ms", "--on-exhausted", "stop"];
const fails = ["--", "sh", "-c", "echo no disk >&2; exit 7"];

describe("tenure run --restart", () => {
  test("starts a failing command again until the budget is spent, and says so where nobody asked", async () => {
    const sandbox = new Sandbox();
    const { code, stderr } = await sandbox.run(["run", "orders", "--verbose", ...quick, ...fails]);
    expect(code).toBe(7);
    expect(stderr.match(/^tenure: this run failed after /gmu)).toHaveLength(3);
    expect(stderr.match(/^no disk$/gmu)).toHaveLength(3);
    expect(stderr).toMatch(/^tenure: starting again in 1 ms, after failure 1 in a row; its stderr ended: no disk$/mu);
    expect(stderr).toMatch(
      /^tenure: giving up: the restart budget is spent, with 2 restarts in its window; .*no disk$/mu,
    );
    const { terms } = documentIn("history", (await sandbox.run(["history", "orders", "--json"])).stdout);
    expect(terms.map(({ epoch, releaseReason }) => [epoch, releaseReason])).toEqual([
      [1, "failed"],
      [2, "failed"],
      [3, "failed"],
    ]);
  });

  test("of two watchdogs, one that stood still leaves the other's run in the budget", async () => {
    const sandbox = new Sandbox();
    const policy = ["--lease-duration", "4s", "--restart", "on-failure", "--restart-burst", "1"];
    const args = ["run", "orders", ...policy, "--", "sh", "-c", "echo epoch $LEASE_EPOCH; exec sleep 1000"];
    const first = sandbox.start(args);
    await first.line(/^epoch 1$/u);
    const second = sandbox.start(args);
    first.signal("SIGSTOP");
    await second.line(/^epoch 2$/u);
    first.signal("SIGCONT");
    await first.line(/^tenure: it did not fail: starting again as soon as this leads$/u);
    second.signal("SIGKILL");
    await first.line(/^tenure: the restart budget is spent: one probe in /u);
    const { terms } = documentIn("history", (await sandbox.run(["history", "orders", "--json"])).stdout);
    expect(terms.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
  });

  test("takes its policy from the configuration, for one lease or all", async () => {
    const sandbox = new Sandbox();
    const restart = {
      when: "on-failure",
      backoff: "1ms",
      burst: 1,
      window: "1h",
      stableAfter: 5_000,
      onExhausted: "stop",
    };
    const configuration = { restart, leases: { orders: { restart: { burst: 3 } } } };
    writeFileSync(join(sandbox.directory, "tenure.config.json"), JSON.stringify(configuration));
    for (const [name, runs] of [
      ["orders", 4],
      ["other", 2],
    ] as const)
      expect((await sandbox.run(["run", name, ...fails])).stderr.match(/^no disk$/gmu)).toHaveLength(runs);
    const shown = await sandbox.json(["config", "show", "orders", "--origin"], { TENURE_COOLDOWN: "3m" });
    expect(shown["settings"]).toMatchObject({
      "restart.when": { value: "on-failure", origin: { where: expect.stringMatching(/json restart\.when$/u) } },
      "restart.burst": { value: "3", origin: { where: expect.stringMatching(/leases\.orders\.restart\.burst$/u) } },
      "restart.cooldown": { value: "3m", origin: { where: "TENURE_COOLDOWN" } },
    });
  });

  test("refuses a budget that can never be spent with 78 and the nearest that can, and leads for none", async () => {
    const sandbox = new Sandbox();
    const never = ["--restart", "always", "--backoff", "1m", "--restart-window", "2m"];
    const { code, stderr } = await sandbox.run(["run", "orders", ...never, "--", "true"]);
    expect(code).toBe(78);
    expect(stderr).toContain(
      "4m of backoff alone, and the window is 2m. The nearest that can: a burst of 2, or a window of",
    );
    expect(documentIn("history", (await sandbox.run(["history", "--json"])).stdout).terms).toEqual([]);
  });

  test("names the key of a policy that cannot work as it was written, and where", async () => {
    const sandbox = new Sandbox();
    const file = join(sandbox.directory, "tenure.config.json");
    writeFileSync(
      file,
      JSON.stringify({ restart: { when: "always" }, leases: { orders: { restart: { stableAfter: "0s" } } } }),
    );
    const written = await sandbox.run(["run", "orders", "--", "true"]);
    expect(written).toMatchObject({ code: 78, stderr: /json leases\.orders\.restart\.stableAfter is 0; /u });
    const flag = await sandbox.run(["run", "other", "--cooldown", "0s", "--", "true"]);
    expect(flag).toMatchObject({ code: 78, stderr: /--cooldown is 0; /u });
    const tried = await sandbox.run(["simulate", "--hours", "1"], { TENURE_STABLE_AFTER: "0s" });
    expect(tried).toMatchObject({ code: 78, stderr: /TENURE_STABLE_AFTER is 0; /u });
    const budget = await sandbox.run(["run", "other", "--backoff", "1m", "--restart-window", "2m", "--", "true"]);
    expect(budget).toMatchObject({ code: 78, stderr: /\(set by --restart-window, --backoff\)/u });
  });

  test("refuses words that are none", async () => {
    const sandbox = new Sandbox();
    expect((await sandbox.run(["run", "orders", "--restart", "sometimes", "--", "true"])).code).toBe(64);
    const { code, stderr } = await sandbox.run(["run", "orders", "--", "true"], { TENURE_RESTART: "sometimes" });
    expect(code).toBe(78);
    expect(stderr).toContain('TENURE_RESTART: "sometimes" is none of never, on-failure, always');
  });

  test("refuses what is remembered of earlier runs when it cannot be read: 80", async () => {
    const sandbox = new Sandbox();
    await sandbox.run(["run", "orders", "--", "true"]);
    writeFileSync(join(sandbox.state, "orders.runs"), "x\n");
    const { code, stderr } = await sandbox.run(["run", "orders", ...quick, "--", "true"]);
    expect(code).toBe(80);
    expect(stderr).toContain("orders.runs");
  });
});
