import { uptime } from "node:os";
import { hrtime } from "node:process";
import { Worker } from "node:worker_threads";

/** Where the deadline stands in the memory that both threads share. */
const MONOTONIC = 0;
const BOOTTIME = 1;

/** So many looks in a row without a turn are a standstill; one long one is a process that was itself not running. */
const LOOKS = 4;

/**
 * The time clock the event loop punches: a worker thread that looks whether the loop still turns. It reads no clock to judge
 * that; it counts its own looks, so a process that was stopped or swapped out as a whole is not taken for one whose loop
 * stands still.
 */
export interface LoopClock {
  /** How often `punch` must be called at least. */
  readonly punchMs: number;
  /** Tells the worker that the loop turns. */
  punch(): void;
  /** From when on a standing process is killed, counted from now. Without `kill` it changes nothing. */
  killAfter(delayMs: number): void;
  close(): void;
}

export interface LoopClockOptions {
  /** The worker sets `[0]` to 1 when the loop has stood still for `toleranceMs`. */
  readonly lostFlag: Int32Array;
  readonly toleranceMs: number;
  readonly kill: boolean;
  /** The worker could not start or died. */
  readonly onBroken: (error: Error) => void;
}

/** Starts the worker. It takes about 10 MB, and does not keep the process alive. */
export function startLoopClock({ lostFlag, toleranceMs, kill, onBroken }: LoopClockOptions): LoopClock {
  const turns = new Int32Array(new SharedArrayBuffer(4));
  const deadlines = new BigInt64Array(new SharedArrayBuffer(16)).fill(2n ** 62n);
  const punchMs = toleranceMs / LOOKS;
  // Neither the program's environment nor its flags: NODE_OPTIONS would load its hooks a second time.
  const worker = new Worker(workerSource, {
    eval: true,
    execArgv: [],
    env: {},
    workerData: { lostFlag, turns, deadlines, punchMs, kill },
  });
  worker.unref();
  worker.once("error", onBroken);
  return {
    punchMs,
    punch: () => void Atomics.add(turns, 0, 1),
    killAfter(delayMs) {
      Atomics.store(deadlines, MONOTONIC, hrtime.bigint() / 1_000_000n + BigInt(Math.ceil(delayMs)));
      Atomics.store(deadlines, BOOTTIME, BigInt(Math.ceil(uptime() * 1_000 + delayMs)));
    },
    close() {
      worker.removeListener("error", onBroken);
      void worker.terminate();
    },
  };
}

/** As text, so that it runs the same from a package and from a bundle. Two clocks, as elsewhere: one of them counts sleep. */
const workerSource: string = `
const { workerData: { lostFlag, turns, deadlines, punchMs, kill } } = require("node:worker_threads");
const { uptime } = require("node:os");
const due = () =>
  process.hrtime.bigint() / 1000000n >= Atomics.load(deadlines, ${MONOTONIC}) ||
  BigInt(Math.floor(uptime() * 1000)) >= Atomics.load(deadlines, ${BOOTTIME});
let seen = Atomics.load(turns, 0);
let quiet = 0;
for (;;) {
  Atomics.wait(turns, 0, seen, punchMs);
  const now = Atomics.load(turns, 0);
  quiet = now === seen ? quiet + 1 : 0;
  seen = now;
  if (quiet < ${LOOKS}) continue;
  Atomics.store(lostFlag, 0, 1);
  Atomics.notify(lostFlag, 0);
  if (kill && due()) process.kill(process.pid, "SIGKILL");
}
`;
