/** The value below which the share `p` of the samples lies (nearest rank); NaN of nothing. */
export function percentile(samples: readonly number[], p: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? Number.NaN;
}

export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5);
}

export function minimum(samples: readonly number[]): number {
  return percentile(samples, 0);
}

export function maximum(samples: readonly number[]): number {
  return percentile(samples, 1);
}

/** Three significant digits, without an exponent. */
export function rounded(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString("en-GB", { maximumFractionDigits: digits }).replaceAll(",", " ");
}
