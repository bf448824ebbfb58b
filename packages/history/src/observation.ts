/**
 * What a recorder saw, in words the invariants are written in. A recorder stands outside: a simulator with its virtual time, or a
 * chaos test that stamps with one boot-time clock for all processes of a machine.
 *
 * `at` is that true time in milliseconds; observations of one moment count in the order they are given.
 */
export type Observation =
  | Granted
  | Renewing
  | Renewed
  | RenewUnknown
  | Ended
  | Visible
  | Withdrawn
  | WriteAccepted
  | Acked
  | Recovered
  | LineWritten
  | RecordRead
  | ChildStarted
  | ChildEnded
  | ChildStopped
  | ChildDue
  | Judged
  | Quiet
  | Told
  | ToldPaused
  | ToldResumed
  | Finished;

export type ObservationKind = Observation["kind"];

interface About<Kind extends string> {
  readonly kind: Kind;
  readonly at: number;
}

/** About one lease. */
interface OfLease<Kind extends string> extends About<Kind> {
  readonly lease: string;
}

/** About one term: `holder` tells apart whatever could lead side by side, two processes under one identity included. */
interface OfTerm<Kind extends string> extends OfLease<Kind> {
  readonly holder: string;
  readonly epoch: number;
}

/** A holder learned that it leads; it may begin things from `at` until `validUntil`, if nothing else happens. */
export interface Granted extends OfTerm<"granted"> {
  readonly sentAt: number;
  /** D: the validity a request may bring, counted from before it was sent. */
  readonly renewDeadlineMs: number;
  /** The true time at which its own clocks will tell it to stop. */
  readonly validUntil: number;
}

/** A renewal is about to be sent. */
export interface Renewing extends OfTerm<"renewing"> {
  readonly nonce: string;
}

/** A holder learned that a renewal of its own, sent at `sentAt`, took effect. */
export interface Renewed extends OfTerm<"renewed"> {
  readonly nonce: string;
  readonly sentAt: number;
  readonly validUntil: number;
}

/** A holder does not know whether its renewal took effect. */
export interface RenewUnknown extends OfTerm<"renew-unknown"> {
  readonly nonce: string;
}

/** A holder stopped leading in its own eyes; `reason` is a `LossReason`. */
export interface Ended extends OfTerm<"ended"> {
  readonly reason: string;
}

/** From here on this stood in the store, for anyone to see: one for each change, in the store's own order. */
export interface Visible extends OfLease<"visible"> {
  readonly holder: string | null;
  readonly epoch: number;
  readonly nonce: string;
}

/**
 * All that showed a term was taken away by hand, or was passed over for a claim that was on its way then, before anybody was told that
 * it leads; where nobody ever is, its epoch may come again.
 */
export interface Withdrawn extends OfTerm<"withdrawn"> {}

/** A fenced resource took a write. */
export interface WriteAccepted extends About<"write-accepted"> {
  readonly resource: string;
  readonly epoch: number;
}

/** The store acknowledged a durable change: the `position`th of the lease, however the recorder counts. */
export interface Acked extends OfLease<"acked"> {
  readonly position: number;
  readonly epoch: number;
}

/** What was found after a power cut, a crash of the store, a failover. */
export interface Recovered extends OfLease<"recovered"> {
  readonly position: number;
  /** The highest epoch that will not be issued again. */
  readonly epochFloor: number;
}

/** A line of the journal became readable. `previous` is `null` where the journal begins. */
export interface LineWritten extends OfLease<"line-written"> {
  readonly hash: string;
  readonly previous: string | null;
  /** The change it tells of. */
  readonly nonce: string;
}

/** A reader got something; `whole: false` when it was torn, empty or a mixture. */
export interface RecordRead extends OfLease<"record-read"> {
  readonly whole: boolean;
}

/** `role` is watched on one host. `child` tells this run of it from every other. */
export interface ChildStarted extends About<"child-started"> {
  readonly role: string;
  readonly child: string;
  /** Who started it: one that starts it again after its completion is found by this. */
  readonly by?: string;
  /** After whoever ran the role had ended in good order: it takes nothing from a budget. */
  readonly byHand?: boolean;
}

export interface ChildEnded extends About<"child-ended"> {
  readonly role: string;
  readonly child: string;
  /** In truth: by itself with exit code 0, since it was asked to, or in any other way. Default: `failed`. */
  readonly how?: "completed" | "asked" | "failed";
}

/** Whoever runs the role gave a child up as not working. */
export interface Judged extends About<"judged"> {
  readonly role: string;
  readonly child: string;
  /** In truth it did all that is asked of it. */
  readonly working: boolean;
}

/** Whoever runs the role said that it has stopped; `stuck: true` says that it could not end the child. */
export interface ChildStopped extends About<"child-stopped"> {
  readonly role: string;
  readonly stuck: boolean;
}

/** Whoever runs the role has known for so long that the lease of this child is lost, and stood still for none of it, that it had to be gone. */
export interface ChildDue extends About<"child-due"> {
  readonly role: string;
  readonly child: string;
}

/** From here on there are no faults, and a live candidate that must lead at some moment within `withinMs`. */
export interface Quiet extends OfLease<"quiet"> {
  readonly withinMs: number;
}

/** An answer of status or doctor, that may be of any moment from `asOf` to `at`. */
export interface Told extends OfLease<"told"> {
  readonly asOf: number;
  readonly holder: string | null;
  readonly epoch: number;
}

/** Somebody was told that nobody acquires the lease until the pause is lifted, or `until`. */
export interface ToldPaused extends OfLease<"told-paused"> {
  readonly until: number;
}

/** From here on the pause may be gone: it is being lifted, or somebody was at the store. */
export interface ToldResumed extends OfLease<"told-resumed"> {}

/** The recorder stopped here; without it the history reaches to its last observation. */
export interface Finished extends About<"finished"> {}
