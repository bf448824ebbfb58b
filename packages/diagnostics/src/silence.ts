import { indexAfter, indexFrom } from "./numbers.ts";

/** A stretch of time, in milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Where times go back, and the line that is behind it: one file may be there twice, as it is and packed. */
export interface Step extends Span {
  readonly text: string;
}

/** Shorter silences are no evidence of anything, and would be many. */
const SHORTEST_MS = 5_000;
const MOST = 100_000;

/** Less is two writers of one file that do not agree, or a line that waited. */
const BACK_MS = 60_000;

/** So many more steps back than forward are no clock: the file begins with its newest line. */
const REVERSED_LEAST = 2;

/** Notes when a file says nothing, and where its times go back; of one that begins with its newest line, as if it ended with it. */
export class Silences {
  first: number = Number.POSITIVE_INFINITY;
  last: number = Number.NEGATIVE_INFINITY;
  #before: number = Number.NEGATIVE_INFINITY;
  #forward = 0;
  #backward = 0;
  readonly #rising: Span[] = [];
  readonly #falling: Span[] = [];
  readonly #back: Step[] = [];

  get spans(): readonly Span[] {
    return this.isReversed ? this.#falling.toReversed() : this.#rising;
  }

  /** From the later time to the earlier one, in the order of the lines. */
  get steps(): readonly Step[] {
    return this.isReversed ? [] : this.#back;
  }

  get isReversed(): boolean {
    return this.#backward > REVERSED_LEAST * this.#forward;
  }

  /** @param text of the line, only asked for where times go back */
  heard(at: number, text: () => string): void {
    if (at - this.last > SHORTEST_MS && this.last !== Number.NEGATIVE_INFINITY) note(this.#rising, this.last, at);
    if (this.first - at > SHORTEST_MS && this.first !== Number.POSITIVE_INFINITY) note(this.#falling, at, this.first);
    if (this.#before - at > BACK_MS) this.#stepped(at, text());
    if (at > this.#before) this.#forward++;
    else if (at < this.#before) this.#backward++;
    this.#before = at;
    this.first = Math.min(this.first, at);
    this.last = Math.max(this.last, at);
  }

  #stepped(to: number, text: string): void {
    if (this.#back.length < MOST) this.#back.push({ from: this.#before, to, text });
  }
}

function note(spans: Span[], from: number, to: number): void {
  if (spans.length < MOST) spans.push({ from, to });
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
  const timeOf = ({ step }: { readonly step: Step }): number => step.from;
  const all = files
    .flatMap(({ steps }, file) => steps.map((step) => ({ file, step })))
    .toSorted((a, b) => timeOf(a) - timeOf(b));
  const isSame = (one: Span, other: Span): boolean =>
    Math.abs(one.from - one.to - (other.from - other.to)) <= SAME_STEP_MS && Math.abs(one.from - other.from) <= BACK_MS;
  const found = all.filter(({ file, step }, index) => {
    const from = indexFrom(all, step.from - BACK_MS, timeOf);
    const near = all.slice(from, indexAfter(all, step.from + BACK_MS, timeOf));
    const same = (each: { readonly step: Span }): boolean => isSame(each.step, step);
    return (
      near.findIndex(same) + from === index &&
      near.some((each) => each.file !== file && each.step.text !== step.text && same(each))
    );
  });
  return found.map(({ step }) => step);
}
