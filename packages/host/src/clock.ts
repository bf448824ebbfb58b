import { openSync, readSync } from "node:fs";
import { uptime } from "node:os";
import { hrtime, platform } from "node:process";

/** Both elapsed-time clocks and the wall clock, read together, in milliseconds. Satisfies core's `Instant`. */
export interface ClockReading {
  /** Does not go back; on Linux it stands still while the machine sleeps. */
  readonly monotonicMs: number;
  /** Since boot, time asleep included. Comparable between processes of one boot and one time namespace. */
  readonly boottimeMs: number;
  /** For people, and to notice a step. */
  readonly wallMs: number;
}

/** Satisfies core's `Clock`. */
export interface SystemClock {
  now(): ClockReading;
  /** The wall clock, RFC 3339 in UTC. */
  wallTime(): string;
  /**
   * Calls `run` once, `delayMs` from now at the earliest, also for delays beyond the 24.8 days of a bare timer. Counts the
   * monotonic clock: what must hold after a sleep is asked of `now()`. Keeps the process alive only if it is told to.
   */
  startTimer(delayMs: number, run: () => void, options?: { readonly keepsAlive?: boolean }): { cancel(): void };
}

/** Where the time that counts sleep comes from, and how coarse it is. */
export interface ClockFacts {
  readonly boottimeSource: "/proc/uptime" | "os.uptime" | "hrtime";
  readonly resolutionMs: number;
}

export const UPTIME_PATH = "/proc/uptime";
/** The longest delay Node takes; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

const buffer = Buffer.alloc(64);
let uptimeFile: number | undefined;

/** The clocks of this machine. */
export function systemClock(): SystemClock {
  return { now, wallTime: () => new Date().toISOString(), startTimer };
}

/** How well this machine tells time asleep. */
export function clockFacts(): ClockFacts {
  if (platform === "darwin") return { boottimeSource: "hrtime", resolutionMs: 1 };
  if (readUptimeFile() !== null) return { boottimeSource: "/proc/uptime", resolutionMs: 10 };
  return { boottimeSource: "os.uptime", resolutionMs: 1000 };
}

function now(): ClockReading {
  return { monotonicMs: performance.now(), boottimeMs: boottimeMs(), wallMs: Date.now() };
}

/** Since boot, time asleep included: for who needs no other clock, and has no time to load what the others need. */
export function boottimeMs(): number {
  // There Node's high-resolution clock counts sleep itself, and `os.uptime` only whole seconds.
  if (platform === "darwin") return Number(hrtime.bigint() / 1_000n) / 1_000;
  return readUptimeFile() ?? Math.round(uptime() * 1_000);
}

/** The file stays open: a process out of descriptors must still know how late it is, and reading it again costs a microsecond. */
function readUptimeFile(): number | null {
  try {
    uptimeFile ??= openSync(UPTIME_PATH, "r");
    const length = readSync(uptimeFile, buffer, 0, buffer.length, 0);
    const seconds = Number.parseFloat(buffer.toString("latin1", 0, length));
    return Number.isFinite(seconds) ? Math.round(seconds * 1_000) : null;
  } catch {
    return null;
  }
}

function startTimer(
  delayMs: number,
  run: () => void,
  { keepsAlive = false }: { readonly keepsAlive?: boolean } = {},
): { cancel(): void } {
  if (Number.isNaN(delayMs)) throw new RangeError("a timer's delay must be a number of milliseconds");
  const due = performance.now() + delayMs;
  let timer = arm(delayMs);
  return { cancel: () => clearTimeout(timer) };

  function arm(leftMs: number): NodeJS.Timeout {
    const started = setTimeout(check, Math.min(Math.max(Math.ceil(leftMs), 0), MAX_TIMER_MS));
    return keepsAlive ? started : started.unref();
  }

  // A timer of Node may fire up to a millisecond early, and a long one in stages.
  function check(): void {
    const leftMs = due - performance.now();
    if (leftMs <= 0) run();
    else timer = arm(leftMs);
  }
}
