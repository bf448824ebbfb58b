import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Sandbox, type LinePattern, type Running } from "./sandbox.ts";

/** 200 by `npm run chaos`. */
const rounds = Number(process.env["TENURE_CHAOS_ROUNDS"] ?? 30);
const seed = Number(process.env["TENURE_CHAOS_SEED"] ?? Date.now() % 1_000_000);

/** Each draw follows from the seed, which a failure prints. */
function drawsFrom(start: number): (below: number) => number {
  let state = start;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/**
 * The kernel is the witness: a child and all that came of it hold a lock on one file for as long as any of them lives, so a second child
 * cannot have it.
 */
const child = `flock -n -E 99 lock sh -c 'up="up $LEASE_EPOCH $$"; echo $up >>log; echo $up; sleep 1000 & wait' ; code=$?; [ $code = 99 ] && echo double | tee -a log; exit $code`;
const policy = ["--restart", "always", "--backoff", "0s", "--stable-after", "1ms", "--restart-burst", "100"];

test(
  `SC-C8, W1 at most one child at any instant, through ${rounds} kills of watchdogs and children, and stops (seed ${seed})`,
  async () => {
    const sandbox = new Sandbox();
    const log = join(sandbox.directory, "log");
    writeFileSync(log, "");
    const draw = drawsFrom(seed);
    const start = (): Running =>
      sandbox.start(["run", "orders", "--ttl", "10m", "--restart-window", "1s", ...policy, "--", "sh", "-c", child]);
    const watchdogs = [start(), start()];
    let epoch = 0;
    for (let round = 0; round < rounds; round++) {
      const next = watchdogs.map(async (watchdog, at) => ({ at, line: await watchdog.line(newerThan(epoch)) }));
      const { at, line } = await Promise.any(next);
      // Those that saw nothing newer end with their process, later.
      for (const one of next) one.catch(() => {});
      expect(line).not.toBe("double");
      const [, newest = "", pid = ""] = line.split(" ");
      epoch = Number(newest);
      const leader = watchdogs[at] as Running;
      const what = draw(4);
      if (what === 0) {
        process.kill(Number(pid), "SIGKILL");
        continue;
      }
      if (what === 1) leader.signal("SIGTERM");
      else leader.signal("SIGKILL");
      // Sometimes the next one starts while the one before is still dying.
      if (what !== 2) await leader.ended;
      watchdogs[at] = start();
    }
    for (const watchdog of watchdogs) watchdog.signal("SIGTERM");
    await Promise.all(watchdogs.map(({ ended }) => ended));
    const seen = readFileSync(log, "utf8").trimEnd().split("\n");
    expect(seen).not.toContain("double");
    const epochs = seen.map((line) => Number(line.split(" ")[1]));
    expect(epochs).toEqual([...new Set(epochs)].toSorted((a, b) => a - b));
    expect(epochs.length).toBeGreaterThanOrEqual(rounds);
    expect((await sandbox.startProcess("flock", ["-n", "lock", "true"]).ended).code).toBe(0);
  },
  10_000 + rounds * 2_000,
);

/** Finds what a child says that was started after the term of `epoch`, and what one says that was not alone. */
function newerThan(epoch: number): LinePattern {
  return {
    test: (line) => line === "double" || Number(/^up (\d+) \d+$/u.exec(line)?.[1] ?? 0) > epoch,
    toString: () => `up, epoch above ${epoch}`,
  };
}
