import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import type { Run } from "@tenure/schema";
import { readRun } from "@tenure/schema/light";
import type { RestartPolicy } from "@tenure/watchdog";
import { expect, test } from "vitest";
import { Place, type Runner } from "./support/runner.ts";

const quick: Partial<RestartPolicy> = {
  restart: "on-failure",
  burst: 2,
  windowMs: 3_600_000,
  backoffMs: 1,
  backoffMaxMs: 5,
  stableAfterMs: 3_600_000,
  onExhausted: "stop",
};

function script(text: string): { readonly command: string; readonly args: string[] } {
  return { command: "sh", args: ["-c", text] };
}

function runsIn(place: Place): Run[] {
  const lines = readFileSync(place.path("main.runs"), "utf8").trimEnd().split("\n");
  return lines.map((line) => readRun(JSON.parse(line)));
}

function ofType(runner: Runner, type: string): object[] {
  return runner.told.filter((event) => event.type === type);
}

test("a command that fails is started again until its budget is spent, each run is written down, and each step told", async () => {
  const place = new Place();
  const runner = place.run({ ...script("echo working; echo cannot work >&2; exit 3"), policy: quick });
  expect(await runner.exited).toBe(3);
  expect(runsIn(place)).toMatchObject([
    {
      trigger: "manual",
      end: "failed",
      exitCode: 3,
      signal: null,
      epoch: 1,
      lastOutput: "cannot work",
      isFollowed: true,
    },
    { trigger: "restarted", end: "failed", epoch: 2, isFollowed: true },
    { trigger: "restarted", end: "failed", epoch: 3, isFollowed: false },
  ]);
  expect(ofType(runner, "run.restarting")).toMatchObject([
    { failures: 1, trigger: "restarted", lastOutput: "cannot work" },
    { failures: 2, trigger: "restarted" },
  ]);
  expect(ofType(runner, "run.exhausted")).toMatchObject([{ restarts: 2, lastOutput: "cannot work" }]);
  expect(runner.types().filter((type) => type === "test.released")).toHaveLength(3);
});

test("exit 0 is completion, and ends it", async () => {
  const place = new Place();
  expect(await place.run({ ...script("exit 0"), policy: quick }).exited).toBe(0);
  expect(runsIn(place)).toMatchObject([{ end: "completed", exitCode: 0, isFollowed: false }]);
});

test("`always` starts again after completion at once, outside the budget, until it is stopped", async () => {
  const place = new Place();
  const policy = { ...quick, restart: "always" as const, burst: 1, backoffMs: 3_600_000, backoffMaxMs: 3_600_000 };
  const text = `test "$LEASE_EPOCH" -lt 4 && exit 0; echo ready; while :; do sleep 1000 & wait; done`;
  const runner = place.run({ ...script(text), policy });
  await runner.line("ready");
  runner.kill("SIGTERM");
  expect(await runner.exited).toBe(143);
  expect(runsIn(place)).toMatchObject([
    { trigger: "manual", end: "completed" },
    { trigger: "continued", end: "completed" },
    { trigger: "continued", end: "completed" },
    { trigger: "continued", end: "stopped", signal: "SIGTERM", isFollowed: false },
  ]);
});

test("the budget outlives the watchdog: one that is killed with its command goes on where it was", async () => {
  const place = new Place();
  const policy = { ...quick, burst: 1, backoffMs: 0 };
  const first = place.run({ ...script("echo ready; exec sleep 1000"), policy });
  await first.line("ready");
  first.kill("SIGKILL");
  await first.exited;
  const second = place.run({ ...script("exit 4"), policy });
  expect(await second.exited).toBe(4);
  expect(runsIn(place)).toMatchObject([
    { trigger: "manual", end: "interrupted", isFollowed: true },
    { trigger: "restarted", end: "failed", isFollowed: false },
  ]);
  expect(ofType(second, "run.exhausted")).toHaveLength(1);
});

test("another watchdog on this host waits out the backoff of the first, and takes from the same budget", async () => {
  const place = new Place();
  const slow = { ...quick, backoffMs: 300_000, backoffMaxMs: 300_000 };
  const first = place.run({ ...script("exit 4"), policy: slow });
  await first.event("run.restarting");
  const second = place.run({ ...script("exit 5"), policy: slow });
  expect(await second.event("run.restarting")).toMatchObject({ trigger: "restarted", failures: 1 });
  expect(ofType(second, "run.started")).toEqual([]);
});

test("the end of whoever reads its standard error ends neither the watchdog nor the command", async () => {
  const place = new Place();
  const fifo = place.fifo();
  const text = `i=0; while [ $i -lt 5000 ]; do echo 0123456789012345678901234567890123456789 >&2; i=$((i + 1)); done
    echo ready; read -r line <${fifo}; echo last words >&2; exit 5`;
  const runner = place.run({ ...script(text), policy: { ...quick, restart: "never" }, unread: true });
  await runner.line("ready");
  await writeFile(fifo, "go\n");
  expect(await runner.exited).toBe(5);
  expect(runsIn(place)).toMatchObject([{ end: "failed", lastOutput: expect.stringContaining("last words") }]);
});

test("a start by hand takes nothing from the budget, and one that was given up in the wait is one", async () => {
  const place = new Place();
  const slow = { ...quick, backoffMs: 300_000, backoffMaxMs: 300_000 };
  for (const trigger of ["manual", "manual"]) {
    const runner = place.run({ ...script("exit 4"), policy: slow });
    await runner.event("run.restarting");
    await runner.event("test.released");
    runner.kill("SIGTERM");
    expect(await runner.exited).toBe(4);
    expect(runsIn(place).at(-1)).toMatchObject({ trigger, isFollowed: true });
    const { bootId, startedBoottimeMs, epoch } = runsIn(place).at(-1) as Run;
    expect(readFileSync(place.path("main.given-up"), "utf8")).toBe(`${bootId} ${startedBoottimeMs} ${epoch}\n`);
  }
});

test("once the budget is spent, `cooldown` sends one probe, and gives it the budget of a new start when it completes", async () => {
  const place = new Place();
  const policy = { ...quick, burst: 1, onExhausted: "cooldown" as const, cooldownMs: 1 };
  const runner = place.run({ ...script(`test "$LEASE_EPOCH" -gt 3`), policy });
  expect(await runner.exited).toBe(0);
  expect(runsIn(place).map(({ trigger, end }) => `${trigger} ${end}`)).toEqual([
    "manual failed",
    "restarted failed",
    "probe failed",
    "probe completed",
  ]);
});

test.each([
  ["torn", (path: string) => writeFileSync(path, '{"schemaVersion":"1.0"'), "torn"],
  ["no run", (path: string) => writeFileSync(path, "{}\n"), "line 1"],
  ["of another version", (path: string) => writeFileSync(path, '{"schemaVersion":"2.0"}\n'), "schema version 2.0"],
  ["no text", (path: string) => writeFileSync(path, Buffer.from([0xff, 0x00, 0x0a])), "line 1"],
  ["endless", (path: string) => writeFileSync(path, "{}\n".repeat(200)), "200 lines"],
  ["a link", (path: string) => symlinkSync("/etc/passwd", path), "symbolic link"],
  ["a folder", (path: string) => mkdirSync(path), "no regular file"],
])("what is remembered is %s: nothing starts, and it is left as it is", async (_, spoil, words) => {
  const place = new Place();
  spoil(place.path("main.runs"));
  const runner = place.run({ ...script("exit 0"), policy: quick });
  expect(await runner.event("test.failed")).toMatchObject({
    code: "ESTATECORRUPT",
    message: expect.stringContaining(words),
  });
  expect(runner.types()).toEqual(["test.failed"]);
});

test("a word on what was given up that is a link is refused, and left as it is", async () => {
  const place = new Place();
  await place.run({ ...script("exit 0"), policy: quick }).exited;
  symlinkSync("/etc/passwd", place.path("main.given-up"));
  const runner = place.run({ ...script("exit 0"), policy: quick });
  expect(await runner.event("test.failed")).toMatchObject({
    code: "ESTATECORRUPT",
    message: expect.stringMatching(/main\.given-up.*symbolic link/u),
  });
  expect(runner.types()).toEqual(["test.failed"]);
});

test("a policy that cannot work is refused before anybody leads", async () => {
  const runner = new Place().run({ ...script("exit 0"), policy: { ...quick, windowMs: 0 } });
  expect(await runner.event("test.failed")).toMatchObject({ code: "ECONFIG" });
  expect(runner.types()).toEqual(["test.failed"]);
});
