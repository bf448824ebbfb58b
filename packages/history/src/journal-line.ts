import type { LeaseEvent, LeaseRecord } from "@tenure/schema";

/** One committed transition, as every store's journal gives it. */
export interface JournalLine {
  readonly revision: string;
  readonly event: LeaseEvent;
  /** The record after the transition. */
  readonly record: LeaseRecord;
}
