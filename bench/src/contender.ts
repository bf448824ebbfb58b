/** What every way of electing one leader among processes can do. */
export interface Contender {
  /** Waits until this process leads, which `onLeading` is told at once; what keeps it in office is begun after that. */
  acquire(onLeading: () => void): Promise<Office>;
  /** Who wrote what the leader guards, in the order in which it counts. */
  writers(): Promise<readonly number[]>;
}

export interface Office {
  /** One write to what the leader guards; `false` when it was refused or this process knows that it leads no more. */
  write(): Promise<boolean>;
  /** Gives the office back. */
  release(): Promise<void>;
}

/** Opens a contender whose state lives in `directory`. */
export type OpenContender = (directory: string) => Promise<Contender>;

/** One unit of work repeated against the clock; resolves when it has taken effect. */
export type Operation = () => Promise<void>;

export interface Workload {
  readonly once: Operation;
  /** How many units the shared state says took effect, to be compared with how many were acknowledged. */
  count(): Promise<number>;
}

export type OpenWorkload = (directory: string) => Promise<Workload>;
