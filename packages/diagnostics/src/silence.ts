/** A stretch of time, in milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Shorter silences are no evidence of anything, and would be many. */
const SHORTEST_MS = 5_000;
const MOST = 100_000;

/** Notes when a file says nothing. */
export class Silences {
  readonly spans: Span[] = [];
  first: number = Number.POSITIVE_INFINITY;
  last: number = Number.NEGATIVE_INFINITY;

  heard(at: number): void {
    if (at - this.last > SHORTEST_MS && this.last !== Number.NEGATIVE_INFINITY && this.spans.length < MOST)
      this.spans.push({ from: this.last, to: at });
    this.first = Math.min(this.first, at);
    this.last = Math.max(this.last, at);
  }
}

/** When all files that were being written said nothing. */
export function commonSilences(files: readonly Silences[]): Span[] {
  let common: Span[] | null = null;
  for (const { spans, first, last } of files) {
    if (first > last) continue;
    const own = [{ from: Number.NEGATIVE_INFINITY, to: first }, ...spans, { from: last, to: Number.POSITIVE_INFINITY }];
    common = common === null ? own : intersect(common, own);
  }
  return (common ?? []).filter(({ from, to }) => Number.isFinite(from) && Number.isFinite(to));
}

function intersect(some: readonly Span[], others: readonly Span[]): Span[] {
  const both: Span[] = [];
  for (let a = 0, b = 0; ;) {
    const [one, other] = [some[a], others[b]];
    if (one === undefined || other === undefined) return both;
    const span = { from: Math.max(one.from, other.from), to: Math.min(one.to, other.to) };
    if (span.to - span.from > SHORTEST_MS) both.push(span);
    if (one.to < other.to) a++;
    else b++;
  }
}
