import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { documentIn } from "./documents.ts";
import { Sandbox } from "./sandbox.ts";

const settings = { timing: { leaseDuration: "10s" }, restart: { when: "on-failure", onExhausted: "stop" } };

test("tries the timing and the restart policy of a configuration, and says the same again", async () => {
  const sandbox = new Sandbox();
  const file = join(sandbox.directory, "mine.json");
  writeFileSync(file, JSON.stringify({ ...settings, leases: { orders: { timing: { leaseDuration: "5s" } } } }));
  const args = ["simulate", "--config", file, "--hours", "60"];
  const { code, stdout, stderr } = await sandbox.run([...args, "--json"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const document = documentIn("trial", stdout);
  expect(document).toMatchObject({
    hours: 60,
    store: "file",
    overlaps: 0,
    broken: [],
    timing: { leaseDurationMs: 10_000 },
    policy: { restart: "on-failure", burst: 5, onExhausted: "stop" },
  });
  expect(document.restarts.gaveUp).toBeGreaterThan(0);
  expect(document.worst?.timeline.join("\n")).toMatch(/leads at epoch 1/u);
  expect((await sandbox.run([...args, "--json"])).stdout).toBe(stdout);
  const special = await sandbox.run(["simulate", "orders", ...args.slice(1), "--json"]);
  expect(documentIn("trial", special.stdout).timing.leaseDurationMs).toBe(5000);
  const told = await sandbox.run(args);
  expect(told.stdout).toContain("two never led at once");
  expect(told.stdout).toMatch(/^The worst: /mu);
  expect(Math.max(...told.stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
}, 60_000);

test("no fault is no finding, and is not drawn as a table of nothing", async () => {
  const { code, stdout } = await new Sandbox().run(["simulate", "--hours", "1"]);
  expect(code).toBe(0);
  expect(stdout).toContain("no fault came in 1 hour: try more --hours");
  expect(stdout).not.toMatch(/FAULT|restarts/u);
});

test("faults that come faster than they pass leave no share of the time in which somebody led below nothing", async () => {
  const { stdout } = await new Sandbox().run("simulate --hours 1 --faults-per-hour 60 --candidates 1".split(" "));
  expect(stdout).not.toMatch(/led (?:at least )?-/u);
  expect(stdout).toContain("faults came faster than they passed");
});

test("how long a command was down says what it leaves out: the times that a person had to start it", async () => {
  const { stdout } = await new Sandbox().run(
    "simulate --hours 60 --restart on-failure --on-exhausted stop --faults-per-hour 3".split(" "),
  );
  expect(stdout).toMatch(/gave up \d+ times, and a person started it/u);
  expect(stdout).toMatch(/down for .* at most, .* together,\n +not counting the waits for a person/u);
}, 60_000);

test("a gap beyond what tenure prove names is told as such, with what that asks for", async () => {
  const alone = await new Sandbox().run(["simulate", "--hours", "30", "--candidates", "1", "--ttl", "3.7s"]);
  expect(alone.stdout).toMatch(/^longer than the 4\.993s of tenure prove, which asks that another one waits/mu);
  const two = await new Sandbox().run(["simulate", "--hours", "30", "--ttl", "3.7s"]);
  expect(two.stdout).toContain("The worst");
  expect(two.stdout).not.toContain("tenure prove");
}, 60_000);

test("a store across a network is tried as one", async () => {
  const { stdout } = await new Sandbox().run([
    "simulate",
    "--hours",
    "30",
    "--store",
    "postgres://db.example/tenure",
    "--candidates",
    "3",
    "--json",
  ]);
  const document = documentIn("trial", stdout);
  expect(document).toMatchObject({ store: "network", candidates: 3, overlaps: 0 });
  expect(Object.keys(document.faults)).toContain("partition");
}, 60_000);

test("unsafe settings are refused with 78 before anything is tried, and so is a budget that is none", async () => {
  const sandbox = new Sandbox();
  const unsafe = await sandbox.run(["simulate", "--hours", "10", "--ttl", "5s", "--renew-deadline", "5s"]);
  expect(unsafe.code).toBe(78);
  expect(unsafe.stderr).toContain("SAFETY fails");
  const endless = ["--restart", "always", "--backoff", "1m", "--restart-window", "2m"];
  expect((await sandbox.run(["simulate", "--hours", "10", ...endless])).code).toBe(78);
});

test.each([
  [["--hours", "0"], "from 1 on"],
  [["--hours", "10", "--candidates", "6"], "from 1 to 5"],
  [["--hours", "10", "--faults-per-hour", "0"], "above 0"],
  [["orders"], "say for how long"],
  [["--ttl", "5s"], "say for how long"],
  [["--hours", "10", "--replay", "3"], "exclude each other"],
])("%j is refused: %s", async (args, message) => {
  const { code, stderr } = await new Sandbox().run(["simulate", ...args]);
  expect(code).toBe(64);
  expect(stderr).toContain(message);
});

test("a signal ends it with 130", async () => {
  const sandbox = new Sandbox();
  const running = sandbox.start(["simulate", "--hours", "1000000", "--json"]);
  await sandbox.startProcess("sleep", ["1"]).ended;
  running.signal("SIGINT");
  const { code, stderr } = await running.ended;
  expect(code).toBe(130);
  expect(stderr).toContain("SIGINT while simulating");
}, 60_000);
