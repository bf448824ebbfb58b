import type { FailureCode, LeaseEvent, LeaseRecord, LossReason } from "@tenure/schema";
import { escapeForDisplay } from "@tenure/schema/light";

/** What a decision may come to. Each decision names the ones it can. */
export interface Commit {
  readonly outcome: "commit";
  readonly record: LeaseRecord;
  readonly event: LeaseEvent;
  /** Must survive a power cut before it is acted on. */
  readonly durable: boolean;
}

/** Not yet: look again after `forMs` at the latest, or when something changes. */
export type Wait = { readonly outcome: "wait"; readonly forMs: number } & (
  | { readonly reason: Exclude<WaitReason, "paused"> }
  | { readonly reason: "paused"; readonly paused: NonNullable<LeaseRecord["paused"]> }
);

export type WaitReason =
  /** Another holds it, and nothing proves its end yet. */
  | "held"
  /** Its process is proved dead, and its effects off this host may still arrive. */
  | "lock-delay"
  /** The record is gone, and its last holder may not know. */
  | "record-lost"
  | "paused"
  /** Free, but another is to come first. */
  | "preferred-holder";

export interface Refuse {
  readonly outcome: "refuse";
  readonly code: FailureCode;
  readonly message: string;
}

/** The asker no longer leads. */
export interface Lost {
  readonly outcome: "lost";
  readonly reason: LossReason;
  readonly message: string;
}

/** What was asked for stands already; nothing is written. */
export interface Settled {
  readonly outcome: "settled";
}

export function refuse(code: FailureCode, message: string): Refuse {
  return { outcome: "refuse", code, message };
}

/** Text of any origin as a remark: whatever an error or a process name holds, the line it goes into stays readable. */
export function toRemark(text: string): string {
  return Array.from(escapeForDisplay(text.slice(0, 1000)))
    .slice(0, 1000)
    .join("");
}

/** Counts never leave what JSON carries exactly, whatever stood there before. */
export function increment(count: number): number {
  return Math.min(count + 1, Number.MAX_SAFE_INTEGER);
}
