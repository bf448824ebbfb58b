/** How far the model reaches. Time is counted in ticks, and all else follows from these: the number of states is finite. */
export interface Bounds {
  readonly processes: number;
  /** L, as a taker observes it. */
  readonly leaseTicks: number;
  /** D, from before a request was sent. Not longer than L, as the timing proof asks. */
  readonly deadlineTicks: number;
  /** Requests of all processes, and of the operator, together. */
  readonly writes: number;
  readonly crashes: number;
  readonly revocations: number;
  /** How often an older copy of the store may be put back: never or once. */
  readonly restores: number;
}

const pair: Bounds = {
  processes: 2,
  leaseTicks: 3,
  deadlineTicks: 2,
  writes: 3,
  crashes: 1,
  revocations: 1,
  restores: 1,
};

export type Size = "small" | "pair" | "three" | "full";

/** The first is for tests that run often; each run of the tests visits the next two; `npm run model` the last as well. */
export const sizes: Readonly<Record<Size, Bounds>> = {
  small: { ...pair, writes: 2 },
  pair,
  three: { ...pair, processes: 3, writes: 2 },
  // With an older copy put back as well it has 17 million, and takes minutes.
  full: { ...pair, writes: 4, restores: 0 },
};
