import type { LeaseRecord } from "@tenure/schema";
import type { Sighting } from "../client.ts";
import type { Clock, Instant } from "../clock.ts";
import { elapsedAtLeastMs } from "../clock.ts";
import type { Death, Evidence } from "../protocol/expire.ts";
import type { Snapshot } from "../store.ts";
import type { ClientContext } from "./context.ts";

/** When something was first seen, and what must be taken off or added to the time since. */
interface Since {
  readonly what: string;
  readonly since: Instant;
  readonly carriedMs: number;
}

/**
 * What one candidate has seen of one lease, by its own clocks. A record's age is the time since this candidate first saw
 * its nonce: no stamp in it is read.
 */
export class Observer {
  readonly #context: ClientContext;
  #nonce: Since;
  /** The snapshot whose age has been counted: looked at again, it is older than it says. */
  #aged: Snapshot | null = null;
  #paused: Since;
  #preferred: Since;
  /** The holder last seen alive, and when the kernel told of its end. */
  #alive: { readonly of: string | null; readonly endTime: string | null } | null = null;
  #death: (Omit<Death, "provedMs"> & { readonly of: string | null; readonly provedAt: Instant }) | null = null;

  constructor(context: ClientContext) {
    this.#context = context;
    const nothing = { what: "", since: context.clock.now(), carriedMs: 0 };
    this.#nonce = nothing;
    this.#paused = nothing;
    this.#preferred = nothing;
  }

  /** Takes note of a snapshot. */
  see(snapshot: Snapshot): void {
    const now = this.#clock.now();
    const { record } = snapshot;
    this.#nonce = this.#withStoreAge(first(this.#nonce, keyOf(snapshot), now), snapshot, now);
    this.#paused = first(this.#paused, JSON.stringify(record?.paused ?? null), now);
    this.#preferred = first(this.#preferred, JSON.stringify(record?.preferredHolder ?? null), now);
  }

  /** What an earlier process of this boot saw of the same nonce counts as well. */
  recall(snapshot: Snapshot, sighting: Sighting | null): void {
    const { bootId, timeNamespace } = this.#context.identity.holder;
    const now = this.#clock.now();
    if (sighting === null || this.#nonce.what !== keyOf(snapshot)) return;
    if (sighting.bootId !== bootId || sighting.timeNamespace !== timeNamespace) return;
    if (keyOf(snapshot) !== key(sighting.storeId, sighting.revision, sighting.nonce)) return;
    const sinceMs = now.boottimeMs - sighting.boottimeMs;
    const origin = { ...now, monotonicMs: now.monotonicMs - sinceMs, boottimeMs: sighting.boottimeMs };
    const carriedMs = elapsedAtLeastMs(origin, now);
    // What stands in the record has stood there for as long as its nonce.
    this.#nonce = atLeast(this.#nonce, carriedMs, now);
    this.#paused = atLeast(this.#paused, carriedMs, now);
    this.#preferred = atLeast(this.#preferred, carriedMs, now);
  }

  /** What a later process of this boot may count on. */
  sighting(snapshot: Snapshot): Sighting {
    const { bootId, timeNamespace } = this.#context.identity.holder;
    const now = this.#clock.now();
    return {
      storeId: snapshot.storeId,
      revision: incarnationOf(snapshot),
      nonce: snapshot.record?.nonce ?? null,
      bootId,
      timeNamespace,
      boottimeMs: now.boottimeMs - elapsedMs(this.#nonce, now),
    };
  }

  /** Looks whether the recorded holder can be proved dead, and remembers it if so. */
  judgeHolder(record: LeaseRecord | null): "dead" | "alive" | "unknown" {
    const { proveDeath, store } = this.#context;
    if (record === null || record.holder === null || record.holder.pid === null) return "unknown";
    const of = holderKey(record);
    if (this.#death?.of === of) return "dead";
    if (proveDeath === undefined) return "unknown";
    const { verdict, evidence } = proveDeath(record.holder, { sameMachine: store.guarantees.scope !== "network" });
    if (verdict === "alive" && this.#alive?.of !== of) this.#alive = { of, endTime: null };
    if (verdict === "dead") {
      const time = this.#alive?.of === of ? (this.#alive.endTime ?? this.#clock.wallTime()) : null;
      this.#death = { of, evidence, time, provedAt: this.#clock.now() };
    }
    return verdict;
  }

  /** The vigil of whoever holds has just ended: if its death is proved now, this is when it died. */
  vigilEnded(record: LeaseRecord): void {
    const of = holderKey(record);
    if (this.#alive?.of === of) this.#alive = { of, endTime: this.#clock.wallTime() };
  }

  evidence(snapshot: Snapshot): Evidence {
    const now = this.#clock.now();
    const { record } = snapshot;
    const death = this.#death;
    const isDead = death !== null && death.of === holderKey(record);
    return {
      unchangedMs: this.#nonce.what === keyOf(snapshot) ? elapsedMs(this.#nonce, now) : 0,
      pausedMs: elapsedMs(this.#paused, now),
      preferredMs: elapsedMs(this.#preferred, now),
      death: isDead
        ? { evidence: death.evidence, time: death.time, provedMs: elapsedAtLeastMs(death.provedAt, now) }
        : null,
    };
  }

  /** A store that has a clock of its own may say that the record is younger than this candidate believes; never older. */
  #withStoreAge(seen: Since, snapshot: Snapshot, now: Instant): Since {
    const { ageMs } = snapshot;
    if (ageMs === undefined || snapshot === this.#aged) return seen;
    this.#aged = snapshot;
    if (ageMs >= elapsedMs(seen, now)) return seen;
    return { what: seen.what, since: now, carriedMs: Math.max(0, ageMs) };
  }

  get #clock(): Clock {
    return this.#context.clock;
  }
}

function first(seen: Since, what: string, now: Instant): Since {
  return seen.what === what ? seen : { what, since: now, carriedMs: 0 };
}

function atLeast(seen: Since, carriedMs: number, now: Instant): Since {
  return { what: seen.what, since: now, carriedMs: Math.max(carriedMs, elapsedMs(seen, now)) };
}

function elapsedMs(seen: Since, now: Instant): number {
  return seen.carriedMs + elapsedAtLeastMs(seen.since, now);
}

function keyOf(snapshot: Snapshot): string {
  return key(snapshot.storeId, incarnationOf(snapshot), snapshot.record?.nonce ?? null);
}

/** A record that was lost may be made anew and lost again, and all absences look the same; but the floor has risen between. */
function incarnationOf({ revision, record, epochFloor }: Snapshot): string {
  return record === null ? `${revision} above ${epochFloor}` : revision;
}

function key(storeId: string, revision: string, nonce: string | null): string {
  return JSON.stringify([storeId, revision, nonce]);
}

/** Tells one holder's term from every other; `null` when nobody holds. */
export function holderKey(record: LeaseRecord | null): string | null {
  return record === null || record.holder === null ? null : `${record.epoch} ${record.holder.instanceId}`;
}
