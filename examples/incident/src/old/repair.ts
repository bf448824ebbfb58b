/** One link of the chain, repaired alone, to see whether the pattern goes with it. */
export const repairs = [
  /** The exit hook releases the identity that holds. */
  "release",
  /** The watchdog starts the next session when the one before has ended. */
  "exit-watched",
  /** The watchdog calls an end with 0 a completion. */
  "exit-called-right",
  /** The heartbeat service logs success only for a renewal that changed something. */
  "success-told-true",
  /** There is no heartbeat service: the session alone renews. */
  "no-service",
  /** The obvious repair: the service renews for whoever is leader, without a look at whether it lives. */
  "renew-whoever-leads",
] as const;
export type Repair = (typeof repairs)[number];

/** What is repaired in this process; nothing unless it is said. */
export function isRepaired(link: Repair): boolean {
  return process.env["REPAIRED"] === link;
}
