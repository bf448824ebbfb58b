import { MessageChannel } from "node:worker_threads";
import { elapsedAtMostMs } from "@tenure/core";
import type { Clock } from "@tenure/core";

/**
 * How often the system is asked whether processes are gone: it tells the end of our own children only. Most are gone very soon. To
 * look for those that are not takes as long as there are processes, in one go.
 */
const FIRST_POLL_MS = 1;
const POLL_MS = 250;

/**
 * Asks `done` again and again, ever more seldom, and at once when `hurry` resolves; resolves with whether it became true in time. It is
 * asked once at least.
 */
export async function pollUntil(
  done: () => boolean,
  withinMs: number,
  clock: Clock,
  hurry?: Promise<unknown>,
): Promise<boolean> {
  const startedAt = clock.now();
  let wake = (): void => {};
  void hurry?.then(() => wake());
  for (let pollMs = FIRST_POLL_MS; !done(); pollMs = Math.min(2 * pollMs, POLL_MS)) {
    if (elapsedAtMostMs(startedAt, clock.now()) > withinMs) return false;
    await new Promise<void>((resolve) => {
      const timer = clock.startTimer(pollMs, resolve);
      wake = () => {
        timer.cancel();
        resolve();
      };
    });
  }
  return true;
}

/** Timers and signal handlers do not keep a process alive, and the runner must outlive its waits. Returns the way to let go. */
export function stayAlive(): () => void {
  const { port1 } = new MessageChannel();
  port1.ref();
  return () => port1.close();
}
