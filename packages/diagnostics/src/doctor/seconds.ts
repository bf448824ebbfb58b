/** To a tenth, for sentences. */
export function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}

const units = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
] as const;

/** As `seconds`, and in larger units where there are two of them. */
export function span(ms: number): string {
  const [unitMs, unit] = units.find(([each]) => ms >= 2 * each) ?? [0, ""];
  return unitMs === 0 ? seconds(ms) : `${Math.floor(ms / unitMs)} ${unit}`;
}
