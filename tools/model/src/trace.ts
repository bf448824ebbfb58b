import type { Observation } from "@tenure/history";

/** Clocks that are read in whole hundredths of a second say that something was sent a little earlier than it was. */
const CLOCK_ERROR_MS = 25;

/** What a history of real code says of one lease, in the order of true time. */
export type Seen =
  /** A request that took effect was sent, and stood from `stands` on. */
  | {
      readonly at: number;
      readonly kind: "sent";
      readonly by: string;
      readonly write: string;
      readonly epoch: number;
      readonly does: Does;
    }
  | { readonly at: number; readonly kind: "stands"; readonly by: string; readonly write: string }
  /** Whoever sent it knows that it leads by it. */
  | { readonly at: number; readonly kind: "heard"; readonly by: string; readonly write: string; readonly epoch: number }
  | { readonly at: number; readonly kind: "died"; readonly by: string };

export type Does = "claim" | "renew" | "release" | "revoke";

/** One change of the store, by its nonce. */
export interface Change {
  /** It stood from here on, or had for a while. */
  readonly at: number;
  readonly nonce: string;
  readonly holder: string | null;
  readonly epoch: number;
  /** When it was asked for, where the writer noted it. Then no operator wrote it. */
  readonly sentAt?: number;
  /** Known to be an operator's. */
  readonly isOperators?: boolean;
}

/**
 * The steps of one lease. A change of the store says what was asked for; the history says when it was asked (`renewing`, or `sentAt` of
 * what was granted). Requests that took no effect leave no mark in the model: it may lose any.
 */
export function traceOf(history: readonly Observation[], changes: readonly Change[]): Seen[] {
  const requests = requestsFor(history, changes);
  const claims = new Map(
    requests.flatMap(({ does, by, change, again }) =>
      does === "claim" || again !== null ? [[termKey(by, change.epoch), change.nonce]] : [],
    ),
  );
  const seen: Seen[] = requests.flatMap(({ does, by, change, sentAt, standsAt, again }): Seen[] => [
    ...(again === null ? [] : [{ at: sentAt, kind: "heard", by, write: again, epoch: change.epoch } as const]),
    { at: sentAt, kind: "sent", by, write: change.nonce, epoch: change.epoch, does },
    { at: standsAt, kind: "stands", by, write: change.nonce },
  ]);
  const standing = new Set(changes.map(({ nonce }) => nonce));
  for (const it of history) {
    // Late news of what has run out meanwhile makes nobody a leader.
    if ((it.kind === "granted" || it.kind === "renewed") && it.at >= it.validUntil) continue;
    if (it.kind === "granted") {
      const write = claims.get(termKey(it.holder, it.epoch));
      if (write === undefined)
        throw new Rejected(`${it.holder} was granted epoch ${it.epoch}, which never stood`, it.at);
      seen.push({ at: it.at, kind: "heard", by: it.holder, write, epoch: it.epoch });
    } else if (it.kind === "renewed" && standing.has(it.nonce))
      seen.push({ at: it.at, kind: "heard", by: it.holder, write: it.nonce, epoch: it.epoch });
    else if (it.kind === "ended" && it.reason === "died") seen.push({ at: it.at, kind: "died", by: it.holder });
  }
  seen.push(...deathsOutOfOffice(history, seen));
  return seen
    .map((it, index) => ({ it, index }))
    .toSorted((a, b) => a.it.at - b.it.at || a.index - b.index)
    .map(({ it }) => it);
}

/** Nobody notes the death of one who does not lead: who is not heard of again may have died then, and did so at once. */
function deathsOutOfOffice(history: readonly Observation[], seen: readonly Seen[]): Seen[] {
  const lastAt = new Map<string, number>();
  const inOffice = new Set<string>();
  const note = (by: string, at: number): void => void lastAt.set(by, Math.max(lastAt.get(by) ?? -Infinity, at));
  for (const { by, at } of seen) note(by, at);
  for (const it of history) {
    if (it.kind !== "granted" && it.kind !== "ended") continue;
    if (it.kind === "granted") inOffice.add(it.holder);
    else inOffice.delete(it.holder);
    note(it.holder, it.at);
  }
  return [...lastAt].flatMap(([by, at]): Seen[] => (inOffice.has(by) ? [] : [{ at, kind: "died", by }]));
}

/** A history that the model cannot have produced. */
export class Rejected extends Error {
  readonly at: number;

  constructor(why: string, at: number) {
    super(`at ${Math.round(at)} ms: ${why}`);
    this.at = at;
  }
}

function sendTimes(history: readonly Observation[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const it of history) {
    if (it.kind === "renewing") times.set(it.nonce, it.at);
    if (it.kind === "renewed" && !times.has(it.nonce)) times.set(it.nonce, it.sentAt);
    if (it.kind === "granted" && !times.has(termKey(it.holder, it.epoch)))
      times.set(termKey(it.holder, it.epoch), it.sentAt);
  }
  return times;
}

function hearTimes(history: readonly Observation[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const it of history) {
    if (it.kind !== "granted" && it.kind !== "renewed") continue;
    const key = it.kind === "renewed" ? it.nonce : termKey(it.holder, it.epoch);
    if (!times.has(key)) times.set(key, it.at);
  }
  return times;
}

interface Request {
  readonly does: Does;
  /** The claim that its sender saw to stand, whose answer it never had, and which it makes again: a renewal that nobody noted as one. */
  readonly again: string | null;
  readonly by: string;
  readonly change: Change;
  readonly sentAt: number;
  readonly standsAt: number;
}

/** In the store's order. Who looks at it from outside may see a change a moment later than its writer, or than the next one built on it. */
function requestsFor(history: readonly Observation[], changes: readonly Change[]): readonly Request[] {
  const sent = sendTimes(history);
  const heard = hearTimes(history);
  const requests: Request[] = [];
  let latest = Infinity;
  for (const [index, change] of [...changes.entries()].toReversed()) {
    const before = changes[index - 1] ?? { at: 0, nonce: "", holder: null, epoch: 0 };
    const asked = askedFor(before, change, change.sentAt !== undefined || sent.has(change.nonce));
    const { by } = asked;
    const isItsOwn = asked.does === "renew" || (asked.does === "revoke" && change.isOperators !== true);
    const isUnheard = (heard.get(termKey(by, change.epoch)) ?? Infinity) >= change.at && !sent.has(change.nonce);
    const isAgain = isItsOwn && isUnheard;
    const does = isAgain ? "renew" : asked.does;
    const key = does === "claim" ? termKey(by, change.epoch) : change.nonce;
    const standsAt = Math.min(change.at, heard.get(key) ?? Infinity, latest);
    const told = (sent.get(key) ?? Infinity) + (does === "claim" ? CLOCK_ERROR_MS : 0);
    const noted = change.sentAt === undefined ? told : decidedAt(does, change.sentAt, told, before);
    // Where nobody noted when a claim was made again, it was as soon as it was seen to stand.
    const sentAt = Math.min(standsAt, isAgain && noted === Infinity ? before.at : noted);
    latest = sentAt;
    requests.unshift({ does, by, change, sentAt, standsAt, again: isAgain ? before.nonce : null });
  }
  return requests;
}

/**
 * A renewal counts from a look at the clock, and its sender may have been stopped after that, for long. Where it heard of a success it tells
 * when that was; where it did not, it may have been as soon as what it replaced stood.
 */
function decidedAt(does: Does, sentAt: number, toldAt: number, before: Change): number {
  if (does !== "renew") return sentAt;
  return Math.min(sentAt, toldAt === Infinity ? before.at : toldAt);
}

function askedFor(before: Change, change: Change, isRenewal: boolean): { readonly does: Does; readonly by: string } {
  const { holder, epoch } = change;
  if (holder === null) {
    if (before.holder === null || epoch !== before.epoch)
      throw new Rejected("the record was lost, or went back", change.at);
    return { does: "release", by: before.holder };
  }
  if (holder === before.holder && epoch === before.epoch) return { does: isRenewal ? "renew" : "revoke", by: holder };
  return { does: "claim", by: holder };
}

function termKey(holder: string, epoch: number): string {
  return JSON.stringify([holder, epoch]);
}
