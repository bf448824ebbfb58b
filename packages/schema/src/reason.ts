import { z } from "zod";

/** How a taker knew that the term before it was over. */
export const termEndSchema = z.enum([
  /** Nobody ever led, as far as any copy of the floor knows. */
  "vacant",
  /** The holder gave it back. */
  "released",
  /** The holder gave it back because it was asked to, for another. */
  "transferred",
  /** Its process is proved dead. */
  "holder-dead",
  /** The same nonce stood unchanged for the record's own lease duration and lock delay. */
  "expired",
  /** The record was gone but a floor was left; the longest lease duration it remembers has passed. */
  "record-lost",
]);
export type TermEnd = z.infer<typeof termEndSchema>;

/** Why a holder no longer leads. Codes, never prose; low cardinality, fit for a metric. */
export const lossReasonSchema = z.enum([
  /** Its own release. */
  "released",
  /** It gave way to a transfer. */
  "transferred",
  /** Another nonce and a higher epoch stand in the record. */
  "taken-over",
  "revoked",
  /** The deadline passed and no renewal was even tried. */
  "renewal-stopped",
  /** The deadline passed while the process could not run: its event loop stood still. */
  "event-loop-stall",
  /** The deadline passed while the machine slept. */
  "suspended",
  /** The deadline passed; the store answered with errors or not at all. */
  "store-unreachable",
  /** The deadline passed; the store answered, too late. */
  "store-slow",
  "permission-denied",
  /** The same epoch under a nonce this process did not write. */
  "identity-collision",
  "epoch-regression",
  "state-corrupt",
  /** For a renewer: the process it beats for is dead, stopped, or no longer the one it was bound to. */
  "holder-dead",
  "holder-stopped",
  /** The holder reports progress, and reported none for too long. */
  "work-stalled",
]);
export type LossReason = z.infer<typeof lossReasonSchema>;
