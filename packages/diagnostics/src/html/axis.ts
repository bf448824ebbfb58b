/** Where a time lies on a drawing that leaves long stretches out in which nothing happens. */
export interface Axis {
  readonly x: (at: number) => number;
  /** Stretches that were left out, by where they are drawn. */
  readonly breaks: readonly { readonly x: number; readonly skippedMs: number }[];
  readonly from: number;
  readonly to: number;
}

/** A stretch without an event is drawn as wide as this at most, as a share of the time that is drawn. */
const QUIET_MOST = 0.08;

/** `events` are all times at which anything begins or ends; between two of them lines are straight, so a cut stretch bends none. */
export function axisOf(events: readonly number[], width: number): Axis {
  const times = [...new Set(events)].toSorted((a, b) => a - b);
  const [from = 0, to = 0] = [times[0], times.at(-1)];
  const steps = times.slice(1).map((at, index) => at - (times[index] ?? at));
  const most = quietest(steps);
  const drawn = steps.map((step) => Math.min(step, most));
  const total = drawn.reduce((sum, step) => sum + step, 0) || 1;
  const places: number[] = [0];
  for (const step of drawn) places.push((places.at(-1) ?? 0) + (step / total) * width);
  const x = (at: number): number => {
    const next = times.findIndex((time) => time >= at);
    if (next <= 0) return next === 0 ? 0 : width;
    const [before = 0, after = 0] = [times[next - 1], times[next]];
    const [left = 0, right = 0] = [places[next - 1], places[next]];
    return left + ((at - before) / (after - before)) * (right - left);
  };
  const breaks = steps.flatMap((step, index) =>
    step > most ? [{ x: ((places[index] ?? 0) + (places[index + 1] ?? 0)) / 2, skippedMs: step }] : [],
  );
  return { x, breaks, from, to };
}

/** The longest step that is still drawn as long as it is: no step may take more than its share. */
function quietest(steps: readonly number[]): number {
  let most = Math.max(...steps, 1);
  // Cutting one step makes the drawing shorter and every other one's share greater.
  for (let round = 0; round < 20; round++) {
    const total = steps.reduce((sum, step) => sum + Math.min(step, most), 0);
    const next = Math.max(total * QUIET_MOST, total / Math.max(1, steps.length));
    if (next >= most) break;
    most = next;
  }
  return most;
}
