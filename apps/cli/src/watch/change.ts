import type { LeaseStatus } from "@tenure/schema";
import { escapeForDisplay } from "@tenure/schema/light";
import { humanDuration } from "../output/duration.ts";
import { condition, type Condition } from "../status/judgement.ts";

export interface Change {
  /** `false`: a renewal, which changes nothing of who leads. */
  readonly matters: boolean;
  readonly text: string;
}

/** What happened to a lease between two looks; `null` when nothing did. Intermediate states may have been missed. */
export function changeOf(before: LeaseStatus | null, after: LeaseStatus): Change | null {
  const text = before === null ? atFirst(after) : afterwards(before, after);
  if (text !== null) return { matters: true, text };
  if (before?.nonce === after.nonce) return null;
  return { matters: false, text: `renewed by ${who(after)}, epoch ${after.epoch}${remains(after)}` };
}

function atFirst(lease: LeaseStatus): string {
  const { holderIdentity, epoch } = lease;
  const state = condition(lease);
  if (holderIdentity === null) return epoch === 0 ? "free, never held" : `${state}, last epoch ${epoch}`;
  if (state === "held") return `held by ${who(lease)}, epoch ${epoch}${remains(lease)}`;
  return state === "yielding"
    ? `held by ${who(lease)}, epoch ${epoch}, which is asked to give way`
    : turned(state, lease);
}

function afterwards(before: LeaseStatus, after: LeaseStatus): string | null {
  const { holderIdentity, epoch } = after;
  if (epoch !== before.epoch && holderIdentity !== null) {
    const predecessor = before.holderIdentity === null ? "" : ` after ${who(before)}`;
    return `${quote(holderIdentity)} leads with epoch ${epoch}${predecessor}`;
  }
  if (holderIdentity === null && before.holderIdentity !== null && after.state !== "lost")
    return `released by ${who(before)}, epoch ${before.epoch}`;
  if (after.paused !== null && before.paused === null)
    return `paused by ${quote(after.paused.by)}: ${escapeForDisplay(after.paused.reason)}`;
  if (after.paused === null && before.paused !== null) return "resumed";
  if (after.preferredHolder !== null && before.preferredHolder === null)
    return `${holderIdentity === null ? "kept for" : `${who(after)} is asked to give way to`} ${quote(after.preferredHolder.holderIdentity)}`;
  const now = condition(after);
  return now === condition(before) ? null : turned(now, after);
}

/** Without anybody having written: by time, or by a death. */
function turned(now: Condition, lease: LeaseStatus): string {
  const term = `${who(lease)}, epoch ${lease.epoch}`;
  const words: Readonly<Record<Condition, string>> = {
    held: `held by ${term} again${remains(lease)}`,
    yielding: `held by ${term} again, which is asked to give way`,
    expired: `not renewed in time by ${term}; it may begin nothing more`,
    dead: `the process of ${term}, is dead`,
    revoked: `revoked while held by ${term}`,
    lost: `its record is gone; epoch ${lease.epochFloor} was issued`,
    paused: "paused",
    free: `free, last epoch ${lease.epoch}`,
  };
  return words[now];
}

function remains({ remainingMs }: LeaseStatus): string {
  return remainingMs === null ? "" : `, ${humanDuration(Math.max(0, remainingMs))} remain`;
}

function who({ holderIdentity }: LeaseStatus): string {
  return holderIdentity === null ? "nobody" : quote(holderIdentity);
}

function quote(identity: string): string {
  return `"${escapeForDisplay(identity)}"`;
}
