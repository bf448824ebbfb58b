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

const two = { processes: 2, leaseTicks: 3, deadlineTicks: 2, crashes: 1, revocations: 1, restores: 1 };

/** `small` in a blink, `middle` in each run of the tests, `full` by `npm run model`. */
export const sizes: Readonly<Record<"small" | "middle" | "full", Bounds>> = {
  small: { ...two, writes: 2 },
  middle: { ...two, writes: 3 },
  full: { ...two, writes: 4 },
};
