import type { Deadline, Timing, TimingSettings } from "@tenure/schema";
import type { Clock, Instant } from "../clock.ts";
import type { ClientIdentity, ProveDeath, RandomToken } from "../identity.ts";
import type { LeaseStore } from "../store.ts";
import type { Lookout } from "./lookout.ts";

/** What every room of a client works with. */
export interface ClientContext {
  readonly store: LeaseStore;
  readonly identity: ClientIdentity;
  readonly clock: Clock;
  readonly lookout: Lookout;
  readonly randomToken: RandomToken;
  /** What the user set, and what follows from it. */
  readonly settings: TimingSettings;
  readonly timing: Timing;
  readonly proveDeath: ProveDeath | undefined;
}

/** Until when something may be begun, for the other commands of the same holder on this boot. */
export function deadlineAfter(context: ClientContext, sentAt: Instant, renewDeadlineMs: number): Deadline {
  const { bootId, timeNamespace } = context.identity.holder;
  return { bootId, timeNamespace, boottimeMs: Math.max(0, sentAt.boottimeMs + renewDeadlineMs) };
}
