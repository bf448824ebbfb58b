export {
  checkLinearizability,
  type Contradiction,
  type ReadOperation,
  type StoreOperation,
  type SwapOperation,
} from "./linearizability.ts";
export { checkInvariants, evidenceFor, invariants } from "./check-invariants.ts";
export type { JournalLine } from "./journal-line.ts";
export type {
  Acked,
  ChildEnded,
  ChildStarted,
  ChildStopped,
  Ended,
  Finished,
  Granted,
  LineWritten,
  Observation,
  ObservationKind,
  Quiet,
  RecordRead,
  Recovered,
  Renewed,
  Renewing,
  RenewUnknown,
  Told,
  Visible,
  Withdrawn,
  WriteAccepted,
} from "./observation.ts";
export type { EndTimeSource, Term } from "./term.ts";
export { termsOf } from "./terms-of.ts";
export { validities, type Validity } from "./validity.ts";
export type { Invariant, InvariantId, Limits, Violation } from "./violation.ts";
export { visibleIn } from "./visible-in.ts";
