import type { Outcome } from "../schedule/run-plan.ts";

/** A schedule in which a promise was broken. */
export interface Broken {
  /** Left out: it was drawn from its seed. */
  readonly scenario?: string | undefined;
  readonly seed: number;
  readonly violations: readonly { readonly invariant: string; readonly sentence: string }[];
}

/** What came of many schedules together. */
export interface Total {
  readonly schedules: number;
  readonly broken: readonly Broken[];
  /** How often each fault really occurred. */
  readonly faults: Readonly<Record<string, number>>;
  /** On how many observations the verdict on each invariant rests. */
  readonly evidence: Readonly<Record<string, number>>;
}

/** Adds up what came of schedules. */
export class Tally {
  readonly #broken: Broken[] = [];
  readonly #faults: Record<string, number> = {};
  readonly #evidence: Record<string, number> = {};
  #schedules = 0;

  add({ plan, violations, faults, evidence }: Outcome, scenario?: string): void {
    const told = violations.map(({ invariant, sentence }) => ({ invariant, sentence }));
    const broken = violations.length === 0 ? [] : [{ scenario, seed: plan.seed, violations: told }];
    this.addTotal({ schedules: 1, broken, faults, evidence });
  }

  addTotal({ schedules, broken, faults, evidence }: Total): void {
    this.#schedules += schedules;
    this.#broken.push(...broken);
    addUp(this.#faults, faults);
    addUp(this.#evidence, evidence);
  }

  get total(): Total {
    return {
      schedules: this.#schedules,
      broken: this.#broken.toSorted((a, b) => a.seed - b.seed),
      faults: this.#faults,
      evidence: this.#evidence,
    };
  }
}

function addUp(sums: Record<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [key, count] of Object.entries(counts)) sums[key] = (sums[key] ?? 0) + count;
}

/** What was broken, a line each. */
export function sentencesOf({ broken }: Pick<Total, "broken">): string[] {
  return broken.flatMap(({ scenario, seed, violations }) =>
    violations.map(
      ({ invariant, sentence }) =>
        `${scenario === undefined ? "" : `${scenario}, `}seed ${seed}: ${invariant} ${sentence}`,
    ),
  );
}
