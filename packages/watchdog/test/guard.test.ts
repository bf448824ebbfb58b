import { existsSync, mkdirSync, readlinkSync, rmSync } from "node:fs";
import { processState } from "@tenure/host";
import type { ProcessIdentity } from "@tenure/schema";
import { expect, test } from "vitest";
import { gone, identify, Place } from "./support/runner.ts";

/** A family that no request to end reaches: only SIGKILL ends it. */
const stubborn = `trap '' TERM INT HUP QUIT USR1 USR2; sleep 1000 & echo pids $$ $!; while :; do wait; done`;

async function familyOf(runner: { line(first: string): Promise<string> }): Promise<ProcessIdentity[]> {
  return (await runner.line("pids")).split(" ").map(identify);
}

test("W1 the runner is killed: its child's whole group dies, whatever it ignores", async () => {
  const place = new Place();
  const runner = place.run({ command: "sh", args: ["-c", stubborn] });
  const family = await familyOf(runner);
  runner.kill("SIGKILL");
  await Promise.all(family.map(gone));
});

test("W1 the runner is killed after its child has stopped: the group dies all the same", async () => {
  const place = new Place();
  const runner = place.run({ command: "sh", args: ["-c", stubborn] });
  const family = await familyOf(runner);
  for (const { pid } of family) process.kill(pid as number, "SIGSTOP");
  runner.kill("SIGKILL");
  await Promise.all(family.map(gone));
});

test("W1 no signal that the group gets takes the guard away", async () => {
  const place = new Place();
  const runner = place.run({ command: "sh", args: ["-c", stubborn] });
  const family = await familyOf(runner);
  const group = -(family[0]?.pid as number);
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const) {
    process.kill(group, signal);
  }
  runner.kill("SIGKILL");
  await Promise.all(family.map(gone));
});

test("orphans rule: a runner killed before its child's identity is committed leaves nothing that ran", async () => {
  const place = new Place();
  const runner = place.run({ command: "touch", args: [place.path("ran")], holdRecording: true });
  const { child } = await runner.event("test.recording");
  runner.kill("SIGKILL");
  await gone(child as ProcessIdentity);
  expect(existsSync(place.path("ran"))).toBe(false);
});

test("the guard keeps none of the command's output open", async () => {
  const place = new Place();
  const runner = place.run({ command: "sh", args: ["-c", stubborn] });
  const guard = guardAmong(place, await familyOf(runner));
  // It lets go of them as its first act, which may come after the command's.
  for (const fd of [1, 2]) await expect.poll(() => readlinkSync(`/proc/${guard.pid}/fd/${fd}`)).toBe("/dev/null");
});

test("promise 7: a successor ends what a dead runner and its dead guard left, and only then starts", async () => {
  const place = new Place();
  const first = place.run({ command: "sh", args: ["-c", stubborn] });
  const family = await killWithGuard(place, first);
  const second = place.run({
    command: "sh",
    args: ["-c", `echo orphan $(kill -0 ${family[0]?.pid} 2>&1 && echo lives)`],
  });
  const { processes } = await second.event("run.orphans_ended");
  const ended = (processes as ProcessIdentity[]).map(({ pid }) => pid);
  expect(new Set(ended)).toEqual(new Set(family.map(({ pid }) => pid)));
  for (const orphan of family) expect(processState(orphan)).toBe("dead");
  await second.event("run.started");
  expect(second.types().indexOf("run.started")).toBeGreaterThan(second.types().indexOf("run.orphans_ended"));
  expect(await second.exited).toBe(0);
});

test("promise 7: an orphan that hides its environment is known by the record", async () => {
  const place = new Place();
  const first = place.run({ command: "env", args: ["-i", "sleep", "1000"] });
  await first.event("run.started");
  const orphan = place.adopt(place.recordedChild() as ProcessIdentity);
  // The guard is known by its environment; the command, once it has thrown its own away, is not.
  while (place.living().some(({ pid }) => pid === orphan.pid)) await new Promise((resolve) => setTimeout(resolve, 5));
  await killGuard(guardAmong(place, []));
  first.kill("SIGKILL");
  await first.exited;
  expect(processState(orphan)).toBe("running");
  const second = place.run({ command: "true" });
  const { processes } = await second.event("run.orphans_ended");
  expect((processes as ProcessIdentity[]).map(({ pid }) => pid)).toEqual([orphan.pid]);
  expect(processState(orphan)).toBe("dead");
  expect(await second.exited).toBe(0);
});

test("promise 7: what left the group, and hides its environment once it is told to end, is ended all the same", async () => {
  const place = new Place();
  const hides = `trap '' TERM; exec env -i sleep 1000`;
  const escapes = `trap "${hides}" TERM; echo pids $$; while :; do sleep 0.05; done`;
  const runner = place.run({
    command: "sh",
    args: ["-c", `setsid sh -c '${escapes.replaceAll("'", `'\\''`)}' & wait`],
    stopTimeoutMs: 500,
  });
  const [escapee] = await familyOf(runner);
  runner.kill("SIGTERM");
  await runner.exited;
  expect(processState(escapee as ProcessIdentity)).toBe("dead");
});

test("W5 nobody starts while an orphan will not die, and the error names it", async () => {
  const place = new Place();
  const first = place.run({ command: "sh", args: ["-c", stubborn] });
  const family = await killWithGuard(place, first);
  const second = place.run({ command: "touch", args: [place.path("ran")], immortal: true, stopTimeoutMs: 50 });
  const { how, message } = await second.outcome();
  expect(how).toBe("stuck");
  for (const { pid } of family) expect(message).toContain(String(pid));
  expect(await second.exited).toBe(75);
  expect(second.types()).not.toContain("test.released");
  expect(existsSync(place.path("ran"))).toBe(false);
  // Still named in the record, so the next one is warned as well.
  expect(place.recordedChild()?.pid).toBe(family[0]?.pid);
});

test("W5 a child that will not die is told as stuck, and its lease is not given back", async () => {
  const place = new Place();
  const runner = place.run({ command: "sh", args: ["-c", stubborn], immortal: true, stopTimeoutMs: 50 });
  const [child] = await familyOf(runner);
  runner.kill("SIGTERM");
  const { how, message } = await runner.outcome();
  expect(how).toBe("stuck");
  expect(message).toContain(String(child?.pid));
  expect(await runner.exited).toBe(79);
  expect(runner.types()).not.toContain("test.released");
});

test("W5 what the system does not let us kill is told with that reason, and no disk is blamed", async () => {
  const place = new Place();
  const refusal = "process 7 acts as user 0, this one as 1000";
  const runner = place.run({ command: "sh", args: ["-c", stubborn], immortal: true, refusal, stopTimeoutMs: 50 });
  await familyOf(runner);
  runner.kill("SIGTERM");
  const { message } = await runner.outcome();
  expect(message).toContain(`It was not killed: ${refusal}. `);
  expect(message).not.toContain("disk");
});

test("W5 nor is it where that cannot be written down", async () => {
  const place = new Place();
  const policy = { restart: "on-failure" } as const;
  const runner = place.run({ command: "sh", args: ["-c", stubborn], immortal: true, stopTimeoutMs: 50, policy });
  await familyOf(runner);
  rmSync(place.path("main.runs"));
  mkdirSync(place.path("main.runs"));
  runner.kill("SIGTERM");
  await runner.event("test.failed");
  expect(runner.types()).toContain("run.stuck");
  expect(runner.types()).not.toContain("test.released");
});

test("W7 a runner that stands still is succeeded: its child is ended before another starts", async () => {
  const place = new Place();
  const first = place.run({ command: "sh", args: ["-c", stubborn] });
  const family = await familyOf(first);
  first.kill("SIGSTOP");
  const second = place.run({ command: "true" });
  await second.event("run.started");
  for (const orphan of family) expect(processState(orphan)).toBe("dead");
  first.kill("SIGCONT");
  expect(await first.outcome()).toMatchObject({ how: "signalled", signal: "SIGKILL" });
});

test("nobody ends what another store's lease of the same name has started", async () => {
  const [here, there] = [new Place(), new Place()];
  const first = here.run({ command: "sh", args: ["-c", stubborn] });
  const [child] = await familyOf(first);
  expect(await there.run({ command: "true" }).exited).toBe(0);
  const second = there.run({ command: "true" });
  expect(await second.exited).toBe(0);
  expect(second.told).toContainEqual({ type: "run.leading", epoch: 2 });
  expect(processState(child as ProcessIdentity)).toBe("running");
});

test("P11 a recorded child whose number another process has now is left alone", async () => {
  const place = new Place();
  const first = place.run({ command: "sh", args: ["-c", stubborn] });
  const [child] = await familyOf(first);
  const other = new Place();
  other.record({ epoch: 1, child: { ...child, processStartTime: "1" } });
  const second = other.run({ command: "true" });
  expect(await second.exited).toBe(0);
  expect(second.types()).not.toContain("run.orphans_ended");
  expect(processState(child as ProcessIdentity)).toBe("running");
});

/** Leaves an orphan: whatever would have ended it is dead. */
async function killWithGuard(place: Place, runner: ReturnType<Place["run"]>): Promise<ProcessIdentity[]> {
  const family = await familyOf(runner);
  await killGuard(guardAmong(place, family));
  runner.kill("SIGKILL");
  await runner.exited;
  for (const orphan of family) expect(processState(orphan)).toBe("running");
  return family;
}

function guardAmong(place: Place, family: readonly ProcessIdentity[]): ProcessIdentity {
  return place.living().find(({ pid }) => !family.some((member) => member.pid === pid)) as ProcessIdentity;
}

async function killGuard(guard: ProcessIdentity): Promise<void> {
  process.kill(guard.pid as number, "SIGKILL");
  await gone(guard);
}
