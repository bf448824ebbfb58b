/** A stretch of time, in milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Shorter silences are no evidence of anything, and would be many. */
const SHORTEST_MS = 5_000;
const MOST = 100_000;

/** Less is two writers of one file that do not agree, or a line that waited. */
const BACK_MS = 60_000;

/** Notes when a file says nothing, and where its times go back. */
export class Silences {
  readonly spans: Span[] = [];
  /** From the later time to the earlier one, in the order of the lines. */
  readonly steps: Span[] = [];
  first: number = Number.POSITIVE_INFINITY;
  last: number = Number.NEGATIVE_INFINITY;
  #before: number = Number.NEGATIVE_INFINITY;

  heard(at: number): void {
    if (at - this.last > SHORTEST_MS && this.last !== Number.NEGATIVE_INFINITY && this.spans.length < MOST)
      this.spans.push({ from: this.last, to: at });
    if (this.#before - at > BACK_MS && this.steps.length < MOST) this.steps.push({ from: this.#before, to: at });
    this.#before = at;
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

const SAME_STEP_MS = 10_000;

/** Where the times of two files or more went back by the same: a clock that was set. One file alone may be two logs in one. */
export function stepsBack(files: readonly Silences[]): Span[] {
  const all = files.flatMap(({ steps }, file) => steps.map((step) => ({ file, step })));
  const isSame = (one: Span, other: Span): boolean =>
    Math.abs(one.from - one.to - (other.from - other.to)) <= SAME_STEP_MS && Math.abs(one.from - other.from) <= BACK_MS;
  const found = all.filter(({ file, step }, index) => {
    const others = all.filter((each) => each.file !== file && isSame(each.step, step));
    return others.length > 0 && all.findIndex((each) => isSame(each.step, step)) === index;
  });
  return found.map(({ step }) => step);
}
