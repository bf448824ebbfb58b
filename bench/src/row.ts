/** One line of the table: the same job done by tenure and by its peers, side by side in one run. */
export interface Row {
  readonly id: string;
  readonly what: string;
  /** tenure first, then what it is compared with. */
  readonly sides: readonly Side[];
  readonly figures: readonly Figure[];
}

export interface Side {
  readonly name: string;
  /** Does the job once, in a fresh directory of its own, and leaves nothing running. */
  run(directory: string): Promise<Reading>;
}

/** What one run of one side found. A number is one value of the run; a list holds samples, pooled over all runs. */
export type Reading = Readonly<Record<string, number | readonly number[]>>;

export interface Figure {
  readonly label: string;
  readonly metric: string;
  readonly take: "median" | "p50" | "p99" | "max" | "sum";
  readonly unit: string;
  readonly goal?: Goal;
}

/** `timesAtMost`, `timesAtLeast`, `moreAtMost`: against the named side. */
export type Goal =
  | { readonly atMost: number }
  | { readonly atLeast: number }
  | { readonly moreAtMost: number; readonly than: string }
  | { readonly timesAtMost: number; readonly of: string }
  | { readonly timesAtLeast: number; readonly of: string };
