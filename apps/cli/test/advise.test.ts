import { appendFileSync, copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { documentIn } from "./documents.ts";
import { Sandbox } from "./sandbox.ts";

describe("tenure advise", () => {
  test("gives settings that prove takes, and the gap it was asked for", async () => {
    const sandbox = new Sandbox();
    const { code, stdout, stderr } = await sandbox.run(["advise", "--gap", "5s"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain('"timing": { "leaseDuration": "3.7s" }');
    expect(stdout).toMatch(/4914 writes an hour/u);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    expect((await sandbox.run(["prove", "--ttl", "3.7s"])).code).toBe(0);
  });

  test("refuses a gap that cannot be kept with 78, and names the smallest that can", async () => {
    const sandbox = new Sandbox();
    const { code, stdout } = await sandbox.run(["advise", "--gap", "5s", "--latency", "500ms"]);
    expect(code).toBe(78);
    const [, smallest = ""] = /tenure advise --gap (\S+)/u.exec(stdout) ?? [];
    const again = await sandbox.run(["advise", "--gap", smallest, "--latency", "500ms", "--json"]);
    expect(again.code).toBe(0);
    expect(documentIn("advice", again.stdout).timing?.requestTimeoutMs).toBeGreaterThanOrEqual(1000);
  });

  test("the smallest gap that is named, beside settings or in place of them, can be asked for as it stands there", async () => {
    const sandbox = new Sandbox();
    for (const [args, named] of [
      [["--gap", "5s"], /a gap of (\S+) is the smallest/u],
      [["--gap", "1ms"], /the smallest that can is (\S+)/u],
    ] as const) {
      const { stdout } = await sandbox.run(["advise", ...args]);
      const [, smallest = ""] = named.exec(stdout) ?? [];
      expect((await sandbox.run(["advise", "--gap", smallest])).code).toBe(0);
    }
  });

  test("other settings that tenure would refuse are told as such, with the nearest that are safe: 78", async () => {
    const sandbox = new Sandbox();
    await sandbox.run(["run", "orders", "--", "true"]);
    const unsafe = ["advise", "--what-if", "orders", "--ttl", "1s", "--renew-interval", "400ms"];
    expect((await sandbox.run(["prove", ...unsafe.slice(3)])).code).toBe(78);
    for (const args of [unsafe, [...unsafe, "--json"]]) {
      const { code, stdout, stderr } = await sandbox.run(args);
      expect(code).toBe(78);
      expect(stdout).toContain("orders");
      expect(stderr).toMatch(/LIVENESS fails.*nearest safe setting: leaseDuration 1\.378s/iu);
    }
    const { stdout } = await sandbox.run([...unsafe, "--json"]);
    expect(documentIn("what-if", stdout).failing).toEqual(["LIVENESS"]);
    const safe = await sandbox.run(["advise", "--what-if", "orders", "--ttl", "2s", "--json"]);
    expect(safe.stderr).toBe("");
    expect(documentIn("what-if", safe.stdout).failing).toEqual([]);
  });

  test("where no gap can be kept at all, that is the answer and no fault of the data: 78", async () => {
    const { code, stderr } = await new Sandbox().run(["advise", "--gap", "5s", "--stop-timeout", "300d"]);
    expect(code).toBe(78);
    expect(stderr).toContain("with stopTimeout 300d");
  });

  test("a history without a renewal tells nothing of how late they come; lines that cannot be read are told", async () => {
    const sandbox = new Sandbox();
    await sandbox.run(["acquire", "orders", "--no-process"]);
    const whole = await sandbox.run(["advise", "--gap", "5s", "--latency-from", "orders"]);
    expect(whole.stdout).toContain("no renewal in this history, so nothing of how late they come");
    expect(whole.stderr).toBe("");
    const file = join(sandbox.directory, "torn.jsonl");
    copyFileSync(join(sandbox.state, "orders.journal.jsonl"), file);
    appendFileSync(file, '{"v":1,"se');
    const torn = await sandbox.run(["advise", "--what-if", file, "--ttl", "5s", "--json"]);
    expect(torn.code).toBe(0);
    expect(torn.stderr).toMatch(/1 line of ".*torn\.jsonl" cannot be read and is left out/u);
  });

  test("takes what the user's world is like from the configuration", async () => {
    const sandbox = new Sandbox();
    const refused = await sandbox.run(["advise", "--gap", "5s", "--json"], { TENURE_STOP_TIMEOUT: "4s" });
    expect(refused.code).toBe(78);
    expect(documentIn("advice", refused.stdout)).toMatchObject({ settings: null, wantedGapMs: 5000 });
  });

  test("reads the store it asks, writes nothing into it, and says how slow it was", async () => {
    const sandbox = new Sandbox();
    await sandbox.run(["run", "orders", "--", "true"]);
    const { code, stdout } = await sandbox.run(["advise", "--gap", "5s", "--probe", "--json"]);
    expect(code).toBe(0);
    expect(documentIn("advice", stdout).slowness).toMatchObject({ from: "probe", samples: 20 });
    const { leases } = documentIn("status", (await sandbox.run(["status", "--json"])).stdout);
    expect(leases.map(({ name }) => name)).toEqual(["orders"]);
  });

  test("replays a recorded history: a holder that stood still would have lost a shorter lease", async () => {
    const sandbox = new Sandbox();
    const running = sandbox.start(["run", "orders", "--ttl", "6s", "--verbose", "--", "sleep", "60"]);
    await running.line(/started/u);
    const watch = sandbox.start(["watch", "orders", "--json", "--renewals"]);
    await watch.line(/"renewals":12,/u);
    // Long enough for a lease of 1 s, and far from enough for one of 6 s.
    running.signal("SIGSTOP");
    await sandbox.startProcess("sleep", ["3"]).ended;
    running.signal("SIGCONT");
    await watch.line(/"renewals":14,/u);
    running.signal("SIGTERM");
    await running.ended;
    const shorter = await sandbox.run(["advise", "--what-if", "orders", "--ttl", "1s", "--json"]);
    expect(documentIn("what-if", shorter.stdout)).toMatchObject({
      terms: 1,
      recorded: { losses: 0 },
      whatIf: { losses: 1, overlapMs: 0 },
      lost: [{ epoch: 1 }],
    });
    const same = await sandbox.run(["advise", "--what-if", "orders", "--ttl", "6s"]);
    expect(same.code).toBe(0);
    expect(same.stdout).toMatch(/leases that ran out +0 +0\n/u);
    const copy = join(sandbox.directory, "copied.jsonl");
    copyFileSync(join(sandbox.state, "orders.journal.jsonl"), copy);
    const copied = await new Sandbox().run(["advise", "--what-if", copy, "--ttl", "1s", "--json"]);
    expect(copied.stdout).toBe(shorter.stdout);
    const advice = await sandbox.run(["advise", "--gap", "20s", "--latency-from", "orders", "--json"]);
    expect(documentIn("advice", advice.stdout).slowness?.latenessMs).toBeGreaterThan(1000);
  }, 60_000);

  test.each([
    [["advise"], "--gap 5s"],
    [["advise", "--gap", "5s", "--probe", "--latency", "3ms"], "exclude each other"],
    [["advise", "--what-if", "orders", "--gap", "5s"], "no --gap"],
    [["advise", "--gap", "soon"], "not a duration"],
  ])("%j is refused: %s", async (args, message) => {
    const { code, stderr } = await new Sandbox().run(args);
    expect(code).toBe(64);
    expect(stderr).toContain(message);
  });

  test("a file that is no journal is refused with 65, a missing one with 69, and a folder with 64", async () => {
    const sandbox = new Sandbox();
    const file = join(sandbox.directory, "none.jsonl");
    writeFileSync(file, "hello\n{}\nnull\n");
    expect((await sandbox.run(["advise", "--what-if", file])).code).toBe(65);
    expect((await sandbox.run(["advise", "--what-if", `${file}.jsonl`])).code).toBe(69);
    expect((await sandbox.run(["advise", "--what-if", `${sandbox.directory}/`])).code).toBe(64);
  });

  test("a lease that nobody led has no history, and nothing is made by asking", async () => {
    const sandbox = new Sandbox();
    expect((await sandbox.run(["advise", "--what-if", "orders", "--ttl", "5s"])).code).toBe(69);
    await sandbox.run(["run", "orders", "--", "true"]);
    const { code, stderr } = await sandbox.run(["advise", "--gap", "5s", "--latency-from", "other"]);
    expect(code).toBe(69);
    expect(stderr).toContain('"other"');
  });
});
