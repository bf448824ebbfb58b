import type { ProcessIdentity, Revocation, Term as TermDocument } from "@tenure/schema";

/**
 * One holder's time in office, as far as the journal shows it. All times are stamps of the writers' wall clocks, for people: they
 * may disagree and step, so a gap can come out wrong or negative, and nothing is ever decided by them.
 */
export interface Term extends TermDocument {
  readonly name: string;
  readonly holder: ProcessIdentity | null;
  /** The last renewal, or the acquisition: the last sign of life in the journal. */
  readonly lastRenewTime: string;
  /** What `endTime` rests on; `null` while the term is open. */
  readonly endTimeFrom: EndTimeSource | null;
  /** How its successor knew that it was over, in its own words. */
  readonly evidence: string | null;
  /** An operator broke it. */
  readonly revoked: Revocation | null;
  /** What was written down with its acquisition, renewals or release, as a write to its adopted file that went round tenure. Absent: nothing. */
  readonly remarks?: readonly string[];
  /** Lines the journal should have and has not; what they said was taken from their neighbours. */
  readonly missing: readonly ("acquisition" | "end")[];
}

/**
 * `release`: the holder's own stamp. `taker`: the successor's word for when it ended, for a death the moment it was told of it.
 * `last-sign`: nobody said; the last sign of life stands in, so the gap after it is an upper bound.
 */
export type EndTimeSource = "release" | "taker" | "last-sign";
