import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { processState } from "@tenure/host";
import type { ProcessIdentity } from "@tenure/schema";
import { describe, expect, test } from "vitest";
import { gone, identify, Place, timing } from "./support/runner.ts";

const forever = "echo ready; while :; do sleep 1000 & wait; done";

test.each([
  ["exit 0", 0, "completed"],
  ["exit 3", 3, "failed"],
  ["exit 255", 255, "failed"],
  ["kill -KILL $$", 137, "failed"],
  ["kill -TERM $$", 143, "failed"],
])("`%s` ends with %i and gives the lease back as %s", async (script, code, reason) => {
  const runner = new Place().run({ command: "sh", args: ["-c", script] });
  expect(await runner.exited).toBe(code);
  expect(runner.told).toContainEqual({ type: "test.released", reason });
});

test("the child knows its lease, and its arguments reach it as they are", async () => {
  const place = new Place();
  const hostile = ["$(touch ran)", "`touch ran`", "a b", "", "-n", "'\";&|<>*", "line\nline"];
  const script = `console.log("argv", JSON.stringify(process.argv.slice(1))); const e = process.env;
    console.log("env", [e.LEASE_NAME, e.LEASE_HOLDER_IDENTITY, e.LEASE_EPOCH, e.LEASE_DURATION_SECONDS].join(" "));`;
  const runner = place.run({ command: process.execPath, args: ["-e", script, "--", ...hostile] });
  expect(await runner.exited).toBe(0);
  expect(await runner.line("argv")).toBe(JSON.stringify(hostile));
  expect(await runner.line("env")).toBe("main tester 1 120");
});

test("W6 what cannot start is told apart, with its exit code, before anybody leads", async () => {
  const place = new Place();
  writeFileSync(place.path("plain"), "#!/bin/sh\n", { mode: 0o644 });
  mkdirSync(place.path("folder"));
  for (const [command, code, words] of [
    ["no-such-command-anywhere", 127, "no such command in PATH"],
    [place.path("missing"), 127, "there is no such file"],
    [place.path("plain/below"), 127, "there is no such file"],
    ["", 127, "no such command"],
    [place.path("plain"), 126, "permission denied"],
    [place.path("folder"), 126, "no regular file"],
  ] as const) {
    const runner = place.run({ command });
    expect(await runner.exited).toBe(code);
    expect(await runner.outcome()).toMatchObject({ how: "not-started", message: expect.stringContaining(words) });
    expect(runner.types()).toEqual(["test.outcome"]);
  }
});

test("W6 a process the system does not start ends with 126, and the lease is given back", async () => {
  const runner = new Place().run({ command: "true", hugeEnvironment: true });
  expect(await runner.outcome()).toMatchObject({ how: "not-started", message: expect.stringContaining("E2BIG") });
  expect(await runner.exited).toBe(126);
  expect(runner.told).toContainEqual({ type: "test.released", reason: "failed" });
});

test("without waiting a held lease starts nothing", async () => {
  const runner = new Place().run({ command: "true", held: true, wait: false });
  expect(await runner.event("test.failed")).toMatchObject({
    code: "ELOCKED",
    message: expect.stringMatching(/^lease ".+" is held by "another" \(epoch 7\); "true" was not started$/u),
  });
});

test.each([
  ["SIGTERM", 143],
  ["SIGINT", 130],
  ["SIGHUP", 129],
  ["SIGQUIT", 131],
] as const)("%s while waiting for the lease gives up the wait", async (signal, code) => {
  const runner = new Place().run({ command: "true", held: true });
  await runner.event("test.waiting");
  for (const ignored of ["SIGUSR1", "SIGUSR2", "SIGWINCH", "SIGCONT"] as const) runner.kill(ignored);
  runner.kill(signal);
  expect(await runner.exited).toBe(code);
  expect(await runner.outcome()).toEqual({ how: "given-up", signal });
});

test("no start after stopping began: a signal while the child's identity is being committed starts nothing", async () => {
  const place = new Place();
  const runner = place.run({ command: "touch", args: [place.path("ran")], holdRecording: true });
  await runner.event("test.recording");
  runner.kill("SIGTERM");
  // Handled before the order that follows it: the order is answered by what the signal has changed.
  await runner.signalHandled("SIGTERM");
  runner.order({ recorded: true });
  expect(await runner.exited).toBe(143);
  expect(runner.told).toContainEqual({ type: "test.released", reason: "stopped" });
  expect(existsSync(place.path("ran"))).toBe(false);
});

test("SC-C8c a lease lost while its child starts starts nothing", async () => {
  const place = new Place();
  const runner = place.run({ command: "touch", args: [place.path("ran")], holdRecording: true });
  const { child } = await runner.event("test.recording");
  runner.order({ lose: "store-unreachable" });
  runner.order({ recorded: true });
  expect(await runner.exited).toBe(79);
  expect(await runner.outcome()).toMatchObject({ how: "lost", reason: "store-unreachable" });
  expect(processState(child as ProcessIdentity)).toBe("dead");
  expect(existsSync(place.path("ran"))).toBe(false);
});

test.each(["SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGWINCH", "SIGCONT", "SIGINT", "SIGTERM"] as const)(
  "%s is handed on to the child",
  async (signal) => {
    const script = `process.on("${signal}", () => { console.log("got ${signal}"); process.exit(7); });
      setInterval(() => {}, 1e6); console.log("ready");`;
    const runner = new Place().run({ command: process.execPath, args: ["-e", script] });
    await runner.line("ready");
    runner.kill(signal);
    await runner.line(`got ${signal}`);
    expect(await runner.exited).toBe(7);
  },
);

test("SIGTERM stops the whole group, and the lease is given back as stopped", async () => {
  const place = new Place();
  const runner = place.run({ command: "sh", args: ["-c", "sleep 1000 & echo pids $$ $!; wait"] });
  const family = (await runner.line("pids")).split(" ").map(identify);
  runner.kill("SIGTERM");
  expect(await runner.exited).toBe(143);
  for (const member of family) expect(processState(member)).toBe("dead");
  expect(runner.told).toContainEqual({ type: "test.released", reason: "stopped" });
  expect(place.living()).toEqual([]);
});

test("SC-C8a a child that ignores SIGTERM is killed when its time is up", async () => {
  const script = `trap '' TERM; ${forever}`;
  const runner = new Place().run({ command: "sh", args: ["-c", script], stopTimeoutMs: 100 });
  await runner.line("ready");
  runner.kill("SIGTERM");
  expect(await runner.exited).toBe(137);
});

test("a second SIGTERM does not wait for the time to be up", async () => {
  const script = `trap '' TERM; ${forever}`;
  const runner = new Place().run({ command: "sh", args: ["-c", script], stopTimeoutMs: 3_600_000 });
  await runner.line("ready");
  let exitCode: unknown = null;
  void runner.exited.then((code) => (exitCode = code));
  const askAgain = (): unknown => {
    // Once the command has ended, the runner hands nothing on any more.
    if (!runner.types().includes("run.child_ended")) runner.kill("SIGTERM");
    return exitCode;
  };
  await expect.poll(askAgain, { timeout: 20_000, interval: 200 }).toBe(137);
});

test("one request that comes twice, by a terminal and by npm, takes nothing of the child's time", async () => {
  const script = `trap 'sleep 0.2; exit 7' TERM INT; ${forever}`;
  const runner = new Place().run({ command: "sh", args: ["-c", script], stopTimeoutMs: 3_600_000 });
  await runner.line("ready");
  runner.kill("SIGTERM");
  runner.kill("SIGINT");
  expect(await runner.exited).toBe(7);
});

test("W3 grandchildren end with the child, also those that left for a session of their own, and are told", async () => {
  const place = new Place();
  const script = `setsid sh -c 'trap "" TERM; echo escaped $$; while :; do sleep 1000; done' &
    sleep 1000 & echo pids $$ $!; wait`;
  const runner = place.run({ command: "sh", args: ["-c", script], stopTimeoutMs: 100 });
  const escaped = identify(await runner.line("escaped"));
  const family = (await runner.line("pids")).split(" ").map(identify);
  runner.kill("SIGTERM");
  expect(await runner.exited).toBe(143);
  for (const member of [...family, escaped]) expect(processState(member)).toBe("dead");
  const { processes } = await runner.event("run.escapees_ended");
  expect((processes as ProcessIdentity[]).map(({ pid }) => pid)).toContain(escaped.pid);
  expect(place.living()).toEqual([]);
});

test("W3 what a child leaves running when it ends is ended before the lease is given back", async () => {
  const place = new Place();
  const fifo = place.fifo();
  const script = `setsid sh -c 'echo escaped $$; exec sleep 1000' & read -r line <${fifo}; sleep 1000 & exit 5`;
  const runner = place.run({ command: "sh", args: ["-c", script] });
  const escaped = identify(await runner.line("escaped"));
  await writeFile(fifo, "go\n");
  expect(await runner.exited).toBe(5);
  expect(processState(escaped)).toBe("dead");
  expect(place.living()).toEqual([]);
  expect(runner.types().at(-2)).toBe("test.released");
});

test("W3 a process of the group that hides its environment is ended too", async () => {
  const place = new Place();
  const fifo = place.fifo();
  const script = `env -i PATH="$PATH" sh -c 'trap "" TERM; echo hidden $$; while :; do sleep 1000; done' &
    read -r line <${fifo}; exit 0`;
  const runner = place.run({ command: "sh", args: ["-c", script] });
  const hidden = place.adopt(identify(await runner.line("hidden")));
  await writeFile(fifo, "go\n");
  expect(await runner.exited).toBe(0);
  await gone(hidden);
});

test("W4 a stopped child is woken to end, and ends in its own way", async () => {
  const script = `process.on("SIGTERM", () => process.exit(9)); setInterval(() => {}, 1e6); console.log("pid", process.pid);`;
  const runner = new Place().run({ command: process.execPath, args: ["-e", script] });
  const child = identify(await runner.line("pid"));
  process.kill(child.pid as number, "SIGSTOP");
  runner.kill("SIGTERM");
  expect(await runner.exited).toBe(9);
});

test("promise 5: W4 nothing renews for a child that stands still: the lease ends and so does the child", async () => {
  const quick = { ...timing, renewIntervalMs: 20 };
  const runner = new Place().run({ command: "sh", args: ["-c", "echo pid $$; exec sleep 1000"], timing: quick });
  const child = identify(await runner.line("pid"));
  await runner.event("test.renewed");
  process.kill(child.pid as number, "SIGSTOP");
  expect(await runner.exited).toBe(79);
  expect(await runner.outcome()).toMatchObject({ how: "lost", reason: "holder-stopped" });
  expect(processState(child)).toBe("dead");
});

test("a lost lease stops the child, and only then is given back", async () => {
  const runner = new Place().run({ command: "sh", args: ["-c", `trap 'echo told; exit 0' TERM; ${forever}`] });
  await runner.line("ready");
  runner.order({ lose: "store-unreachable" });
  await runner.line("told");
  expect(await runner.exited).toBe(79);
  expect(await runner.outcome()).toMatchObject({ how: "lost", reason: "store-unreachable" });
  expect(runner.told).toContainEqual({ type: "test.released", reason: "stopped" });
});

test("a loss while leftovers are swept up does not change how the command ended", async () => {
  const place = new Place();
  const fifo = place.fifo();
  const script = `setsid sh -c 'trap "" TERM; echo escaped $$; while :; do sleep 1000; done' & read -r line <${fifo}; exit 5`;
  const runner = place.run({
    command: "sh",
    args: ["-c", script],
    stopTimeoutMs: 3_600_000,
    timing: { ...timing, renewDeadlineMs: 2_000, stopTimeoutMs: 400 },
  });
  const escaped = identify(await runner.line("escaped"));
  await writeFile(fifo, "go\n");
  await runner.event("run.child_ended");
  runner.order({ lose: "store-unreachable" });
  expect(await runner.outcome()).toEqual({ how: "exited", exitCode: 5 });
  expect(processState(escaped)).toBe("dead");
});

test("a loss that is noticed too late leaves no time: the child is killed at once", async () => {
  const runner = new Place().run({ command: "sh", args: ["-c", `trap '' TERM; ${forever}`] });
  await runner.line("ready");
  runner.order({ late: true, lose: "suspended" });
  expect(await runner.exited).toBe(79);
});

test("a loss shortens a stop that had begun with more time", async () => {
  const script = `trap '' TERM; ${forever}`;
  const runner = new Place().run({
    command: "sh",
    args: ["-c", script],
    stopTimeoutMs: 3_600_000,
    timing: { ...timing, renewDeadlineMs: 2_000, stopTimeoutMs: 400 },
  });
  await runner.line("ready");
  runner.kill("SIGTERM");
  await runner.event("run.stopping");
  runner.order({ lose: "store-unreachable" });
  expect(await runner.exited).toBe(79);
});

test("a transfer stops the child and then gives way", async () => {
  const runner = new Place().run({ command: "sh", args: ["-c", forever] });
  await runner.line("ready");
  runner.order({ transfer: { holderIdentity: "bob", expiresAfterMs: 30_000 } });
  expect(await runner.exited).toBe(79);
  expect(await runner.outcome()).toMatchObject({ how: "lost", reason: "transferred" });
  expect(runner.told).toContainEqual({ type: "test.transferred", to: "bob", expiresAfterMs: 30_000 });
  expect(runner.types()).not.toContain("test.released");
});

test("a command that ended by itself, while its runner stood still, did not give way to anybody", async () => {
  const place = new Place();
  const fifo = place.fifo();
  const runner = place.run({ command: "sh", args: ["-c", `echo pid $$; read -r line <${fifo}`] });
  const child = identify(await runner.line("pid"));
  runner.order({ write: fifo, dead: child, transfer: { holderIdentity: "bob", expiresAfterMs: 30_000 } });
  expect(await runner.outcome()).toEqual({ how: "exited", exitCode: 0 });
  expect(runner.told).toContainEqual({ type: "test.released", reason: "completed" });
});

describe("a runner that stood still past its lease", () => {
  const heard = [
    ["first", { lose: "event-loop-stall" }],
    ["after it", { late: true }],
  ] as const;

  test.each(heard)("a command that its successor killed was lost, the loss told %s", async (_, loss) => {
    const runner = new Place().run({ command: "sh", args: ["-c", "echo pid $$; exec sleep 1000"] });
    const child = identify(await runner.line("pid"));
    runner.order({ kill: child.pid, dead: child, ...loss });
    expect(await runner.outcome()).toMatchObject({ how: "lost", reason: "event-loop-stall" });
    expect(await runner.exited).toBe(79);
  });

  test.each(heard)("a command that ended by itself is told so, the loss told %s", async (_, loss) => {
    const place = new Place();
    const fifo = place.fifo();
    const runner = place.run({ command: "sh", args: ["-c", `echo pid $$; read -r line <${fifo}; exit 5`] });
    const child = identify(await runner.line("pid"));
    runner.order({ write: fifo, dead: child, ...loss });
    expect(await runner.outcome()).toEqual({ how: "exited", exitCode: 5 });
    expect(await runner.exited).toBe(5);
  });
});
