/** Units in the spellings of systemd.time(7); `m` is a minute, and `M`, a month, is no use here. */
const units = [
  [1 / 1000, ["us", "µs", "μs", "usec"]],
  [1, ["ms", "msec"]],
  [1000, ["", "s", "sec", "second", "seconds"]],
  [60_000, ["m", "min", "minute", "minutes"]],
  [3_600_000, ["h", "hr", "hour", "hours"]],
  [86_400_000, ["d", "day", "days"]],
  [7 * 86_400_000, ["w", "week", "weeks"]],
] as const;

const unitsMs: ReadonlyMap<string, number> = new Map(
  units.flatMap(([unitMs, names]) => names.map((name) => [name, unitMs] as const)),
);

/** Reads a time span as systemd does: `1min 30s`, `5min 20`, `1.5 hours`. `null` for anything else. */
export function readTimeSpan(text: string): number | null {
  const part = /(\d{1,12}(?:\.\d{1,6})?)(?![\d.]) *([a-zµμ]*) */uy;
  let totalMs = 0;
  do {
    const [, amount, unit = ""] = part.exec(text) ?? [];
    const unitMs = unitsMs.get(unit);
    if (amount === undefined || unitMs === undefined) return null;
    totalMs += Number(amount) * unitMs;
  } while (part.lastIndex < text.length);
  return totalMs;
}
