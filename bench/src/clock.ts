/** CLOCK_MONOTONIC in milliseconds: one origin for all processes of one machine, so that their stamps can be compared. */
export function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

export function sleep(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
