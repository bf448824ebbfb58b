import type { Template } from "./templates.ts";

/** A round writes all its lines within moments. */
const MOMENT_S = 1;
const SHARE_LEAST = 0.8;
/** Fewer go together by chance. */
const TIMES_LEAST = 3;

/** Whether the lines of both are of the same rounds: wherever the one is the other is, and not much more often. */
export function areOfOneRound(one: Template, other: Template): boolean {
  const times = [...one.seconds];
  if (times.length < TIMES_LEAST) return false;
  const together = times.filter((at) => near(other.seconds, at)).length;
  const [from, to] = [Math.min(...times) - MOMENT_S, Math.max(...times) + MOMENT_S];
  const others = [...other.seconds].filter((at) => at >= from && at <= to);
  const alone = others.filter((at) => !near(one.seconds, at)).length;
  return together >= times.length * SHARE_LEAST && alone <= others.length * (1 - SHARE_LEAST);
}

function near(seconds: ReadonlySet<number>, at: number): boolean {
  for (let second = at - MOMENT_S; second <= at + MOMENT_S; second++) if (seconds.has(second)) return true;
  return false;
}
