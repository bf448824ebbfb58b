import type { LeaseEvent, LossReason, ProcessIdentity, ReleaseReason, Revocation } from "@tenure/schema";
import type { JournalLine } from "./journal-line.ts";
import type { EndTimeSource, Term } from "./term.ts";

type Ended = NonNullable<LeaseEvent["ended"]>;

/** One who writes round tenure all day must not make a term endless. */
const MOST_REMARKS = 100;

interface Release {
  readonly time: string;
  readonly reason: ReleaseReason | null;
  readonly lossReason: LossReason | null;
}

/** A term while its lines are read. */
export interface TermDraft {
  readonly name: string;
  readonly epoch: number;
  readonly holderIdentity: string;
  holder: ProcessIdentity | null;
  acquireTime: string;
  renewals: number;
  lastRenewTime: string;
  revoked: Revocation | null;
  readonly remarks: Set<string>;
  release: Release | null;
  /** What its acquisition says of the term before it; `null` where that line is missing, or there was none. */
  ended: Ended | null;
  hasAcquisition: boolean;
}

/** Whether a line is about this term. A free record no longer names its holder, but keeps its epoch. */
export function isTermOf(draft: TermDraft, line: JournalLine): boolean {
  const holderIdentity = holderIn(line);
  if (draft.epoch !== line.record.epoch) return false;
  if (holderIdentity !== null && holderIdentity !== draft.holderIdentity) return false;
  // One identity in two processes at one epoch is not one term, though it should never be two.
  const { holder } = line.record;
  return holder === null || draft.holder === null || holder.instanceId === draft.holder.instanceId;
}

/** Begins a term with the first line that tells of it; `null` for a line about no term (a pause before the first). */
export function draftOf(line: JournalLine): TermDraft | null {
  const { event, record } = line;
  const holderIdentity = holderIn(line);
  if (holderIdentity === null) return null;
  const acquireTime = record.acquireTime ?? record.renewTime ?? event.time;
  const draft: TermDraft = {
    name: record.name,
    epoch: record.epoch,
    holderIdentity,
    holder: record.holder,
    acquireTime,
    renewals: 0,
    lastRenewTime: acquireTime,
    revoked: null,
    remarks: new Set(),
    release: null,
    ended: null,
    hasAcquisition: false,
  };
  drawFrom(draft, line);
  return draft;
}

/** Takes over what a line tells; in any order, any number of times. */
export function drawFrom(draft: TermDraft, { event, record }: JournalLine): void {
  draft.hasAcquisition ||= isAcquisition(event);
  if (isAcquisition(event)) draft.ended = event.ended ?? null;
  draft.holder ??= record.holder;
  draft.renewals = Math.max(draft.renewals, record.renewals);
  draft.lastRenewTime = later(draft.lastRenewTime, record.renewTime);
  draft.revoked ??= record.revoked;
  if (event.remark !== undefined && isOfHolder(event) && draft.remarks.size < MOST_REMARKS)
    draft.remarks.add(event.remark);
  if (record.holderIdentity === null)
    draft.release ??= {
      time: record.releaseTime ?? event.time,
      reason: record.releaseReason ?? event.releaseReason ?? null,
      lossReason: isEnd(event) ? (event.lossReason ?? null) : null,
    };
}

/** What a successor says of this term; `null` when it speaks of another. Of a lost record it knows only the floor. */
export function wordOn(term: { readonly epoch: number }, successor: TermDraft): Ended | null {
  const { ended } = successor;
  return ended !== null && (ended.epoch === term.epoch || ended.how === "record-lost") ? ended : null;
}

/** The term, ended by its own release or else by what its successor says. */
export function endedBy(draft: TermDraft, successor: TermDraft | undefined): Omit<Term, "gapBeforeMs"> {
  const { name, epoch, holderIdentity, holder, acquireTime, renewals, lastRenewTime, revoked, release } = draft;
  const word = successor === undefined ? null : wordOn(draft, successor);
  const endReason =
    release === null ? (word?.how ?? "open") : release.reason === "transferred" ? "transferred" : "released";
  const end = endTimeOf(draft, word);
  return {
    name,
    epoch,
    holderIdentity,
    holder,
    acquireTime,
    endTime: end?.time ?? null,
    endTimeFrom: end?.from ?? null,
    endReason: endReason === "vacant" ? "record-lost" : endReason,
    renewals,
    lastRenewTime,
    evidence: word?.evidence ?? null,
    revoked,
    ...(draft.remarks.size > 0 && { remarks: [...draft.remarks] }),
    missing: missingIn(draft, successor, word),
    ...(release?.reason ? { releaseReason: release.reason } : {}),
    ...(release?.lossReason ? { lossReason: release.lossReason } : {}),
  };
}

function endTimeOf(draft: TermDraft, word: Ended | null): { time: string; from: EndTimeSource } | null {
  if (draft.release !== null) return { time: draft.release.time, from: "release" };
  if (word === null) return null;
  if (word.time !== undefined) return { time: word.time, from: "taker" };
  return { time: draft.lastRenewTime, from: "last-sign" };
}

function missingIn(draft: TermDraft, successor: TermDraft | undefined, word: Ended | null): Term["missing"] {
  const missing: ("acquisition" | "end")[] = draft.hasAcquisition ? [] : ["acquisition"];
  const gaveBack = word?.how === "released" || word?.how === "transferred";
  const untold = successor !== undefined && (word === null || gaveBack);
  return draft.release === null && untold ? [...missing, "end"] : missing;
}

function isAcquisition(event: LeaseEvent): boolean {
  return event.type === "lease.acquired" || event.type === "lease.taken_over";
}

/** Others' marks have a line of their own. */
function isOfHolder(event: LeaseEvent): boolean {
  return isAcquisition(event) || isEnd(event) || event.type === "lease.renewed";
}

function isEnd(event: LeaseEvent): boolean {
  return event.type === "lease.released" || event.type === "lease.transferred";
}

/** Whose term a line is about; `null` where it does not say (a pause of a free lease). */
function holderIn({ event, record }: JournalLine): string | null {
  return record.holderIdentity ?? (isEnd(event) ? event.holderIdentity : null);
}

function later(time: string, other: string | null): string {
  return other !== null && Date.parse(other) > Date.parse(time) ? other : time;
}
