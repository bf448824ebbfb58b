import { DURATION_MAX_MS, formatDuration } from "@tenure/schema/light";

/** A duration to the last digit, as it would be set: `4m10s`. What is longer than any that can be set is said to be so. */
export function exactDuration(ms: number): string {
  return ms <= DURATION_MAX_MS ? formatDuration(ms) : `over ${formatDuration(DURATION_MAX_MS)}`;
}

/**
 * A duration for people, in at most two units and about three digits: `850 ms`, `9.8 s`, `4 m 10 s`, `3 h 2 m`, `12 d 4 h`.
 * Rounded down, so that time left is never promised longer than it is.
 */
export function humanDuration(ms: number): string {
  if (ms < 1_000) return `${Math.floor(ms)} ms`;
  const seconds = ms / 1_000;
  if (seconds < 100) return `${(Math.floor(seconds * 10) / 10).toFixed(1)} s`;
  const pairs = [
    ["d", 86_400, "h", 3_600],
    ["h", 3_600, "m", 60],
    ["m", 60, "s", 1],
  ] as const;
  for (const [big, bigSize, small, smallSize] of pairs) {
    if (seconds < bigSize) continue;
    const whole = Math.floor(seconds / bigSize);
    const rest = Math.floor((seconds - whole * bigSize) / smallSize);
    return rest === 0 ? `${whole} ${big}` : `${whole} ${big} ${rest} ${small}`;
  }
  return `${Math.floor(seconds)} s`;
}
