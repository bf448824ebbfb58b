import { formatDuration } from "@tenure/schema/light";

/** When a command that has ended is started again. Durations in milliseconds. */
export interface RestartPolicy {
  /** `on-failure`: after anything but exit code 0. `always`: also after that, at once and outside the budget. */
  readonly restart: "never" | "on-failure" | "always";
  /** The budget: this many restarts after a failure within the window. */
  readonly burst: number;
  readonly windowMs: number;
  /** Before the first restart; it doubles with each further failure, up to `backoffMaxMs`. */
  readonly backoffMs: number;
  readonly backoffMaxMs: number;
  /** A run that lasted so long was well: what was before it no longer counts. */
  readonly stableAfterMs: number;
  /** What follows when the budget is spent: an end, or one probe after each `cooldownMs`. */
  readonly onExhausted: "cooldown" | "stop";
  readonly cooldownMs: number;
}

export const defaultRestartPolicy: RestartPolicy = {
  restart: "never",
  burst: 5,
  windowMs: 600_000,
  backoffMs: 1_000,
  backoffMaxMs: 60_000,
  stableAfterMs: 300_000,
  onExhausted: "cooldown",
  cooldownMs: 300_000,
};

/** A delay is drawn from [delay, delay · (1 + this)): many hosts that failed together do not come back together. */
export const BACKOFF_JITTER = 0.2;

/** The wait after the `failures`-th failure in a row, without jitter. */
export function backoffAfter({ backoffMs, backoffMaxMs }: RestartPolicy, failures: number): number {
  return Math.min(backoffMaxMs, backoffMs * 2 ** Math.min(failures - 1, 52));
}

/**
 * What is wrong with a policy, or `null`. A command that fails the moment it starts is the fastest there is; when the waits between
 * its restarts alone outlast the window, no command ever spends the budget, and the limit is none.
 */
export function faultOfPolicy(policy: RestartPolicy): string | null {
  const { restart, burst, windowMs, backoffMs, backoffMaxMs } = policy;
  const unknown = unknownWord(policy);
  if (unknown !== null || restart === "never") return unknown;
  if (!Number.isSafeInteger(burst) || burst < 1 || burst > MAX_BURST)
    return `the restart burst is ${burst}; it is a whole number from 1 to ${MAX_BURST}`;
  const unusable = unusableDuration(policy);
  if (unusable !== null) return unusable;
  if (backoffMaxMs < backoffMs)
    return `the longest backoff (${formatDuration(backoffMaxMs)}) is below the first (${formatDuration(backoffMs)})`;
  const spentAfterMs = quickestSpendMs(policy, burst);
  if (spentAfterMs < windowMs) return null;
  let fitting = burst;
  while (fitting > 1 && quickestSpendMs(policy, fitting) >= windowMs) fitting--;
  const longer = Math.floor(spentAfterMs) + 1;
  const nearest =
    windowMs > 0
      ? `a burst of ${fitting}, or a window of ${formatDuration(longer)}`
      : `a window of ${formatDuration(longer)}`;
  return (
    `this restart budget can never be spent: ${burst} restarts take at least ${formatDuration(spentAfterMs)} of backoff alone, ` +
    `and the window is ${formatDuration(windowMs)}. The nearest that can: ${nearest}`
  );
}

const words = {
  restart: ["never", "on-failure", "always"],
  onExhausted: ["cooldown", "stop"],
} as const satisfies { readonly [Key in keyof RestartPolicy]?: readonly RestartPolicy[Key][] };

function unknownWord(policy: RestartPolicy): string | null {
  for (const key of ["restart", "onExhausted"] as const) {
    const known: readonly string[] = words[key];
    if (known.includes(policy[key])) continue;
    const choices = `${known.slice(0, -1).join(", ")} or ${known.at(-1)}`;
    return `${key} is ${JSON.stringify(policy[key])}; it is ${choices}`;
  }
  return null;
}

/** What would follow from a duration of nothing; where nothing would, it may be 0. */
const needed = {
  stableAfterMs: "every run would begin a new budget",
  cooldownMs: "probes would follow each other at once",
};

function unusableDuration(policy: RestartPolicy): string | null {
  for (const key of ["windowMs", "backoffMs", "backoffMaxMs"] as const) {
    if (Number.isFinite(policy[key]) && policy[key] >= 0) continue;
    return `${key} is ${shown(policy[key])}; it is a number of milliseconds, 0 or more`;
  }
  for (const key of ["stableAfterMs", "cooldownMs"] as const) {
    if (key === "cooldownMs" && policy.onExhausted !== "cooldown") continue;
    if (Number.isFinite(policy[key]) && policy[key] > 0) continue;
    return `${key} is ${shown(policy[key])}; it is a number of milliseconds above 0: ${needed[key]}`;
  }
  return null;
}

function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

/** As many runs as are remembered: a larger budget could not be counted. */
export const MAX_BURST = 100;

/** From the first of `burst` restarts to the last, for a command that fails at once. */
function quickestSpendMs(policy: RestartPolicy, burst: number): number {
  let totalMs = 0;
  for (let failures = 2; failures <= burst; failures++) totalMs += backoffAfter(policy, failures);
  return totalMs;
}
