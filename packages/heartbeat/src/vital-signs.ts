import { elapsedAtMostMs } from "@tenure/core";
import type { Clock, Instant, Lease, LeaseLostError } from "@tenure/core";
import { describeHolder, describeProcess, loss } from "./loss.ts";
import type { HeartbeatOptions, ProcessWatch } from "./options.ts";

/** `blind`: nothing speaks against the holder's life, but nothing proves it either. */
export type Sighting = { readonly lost: LeaseLostError } | { readonly blind: string } | "well";

/** What must be true of the holder for a renewal to be sent in its name. */
export class VitalSigns {
  readonly #lease: Lease;
  readonly #clock: Clock;
  readonly #process: ProcessWatch | undefined;
  readonly #progressWithinMs: number;
  readonly #bound: ReturnType<typeof holderOf>;
  #progressAt: Instant;

  constructor(lease: Lease, { clock, watch, maxTermMs }: HeartbeatOptions) {
    this.#lease = lease;
    this.#clock = clock;
    this.#process = watch?.process;
    this.#progressWithinMs = Math.min(watch?.progress?.withinMs ?? Infinity, maxTermMs ?? Infinity);
    this.#progressAt = clock.now();
    this.#bound = holderOf(lease);
  }

  progress(): void {
    this.#progressAt = this.#clock.now();
  }

  look(): Sighting {
    return this.#identity() ?? this.#life() ?? this.#work() ?? "well";
  }

  /** The lease is renewed for the one it was bound to at the start, whoever else came to stand in the record. */
  #identity(): Sighting | null {
    const bound = this.#bound;
    const found = holderOf(this.#lease);
    const same =
      found.holderIdentity === bound.holderIdentity &&
      found.instanceId === bound.instanceId &&
      found.epoch === bound.epoch;
    if (same) return null;
    const reason = found.epoch > bound.epoch ? "taken-over" : "identity-collision";
    const what = `it was bound to ${describeHolder(bound)}, and the record now names ${describeHolder(found)}`;
    return { lost: loss(this.#lease, reason, what) };
  }

  #life(): Sighting | null {
    if (this.#process === undefined) return null;
    const { identity, stateOf } = this.#process;
    const who = describeProcess(identity);
    switch (stateOf(identity)) {
      case "dead":
        return { lost: loss(this.#lease, "holder-dead", `${who} is dead`) };
      case "stopped":
        return { lost: loss(this.#lease, "holder-stopped", `${who} is stopped (state T), so it does not work`) };
      case "unknown":
        return { blind: `whether ${who} is alive cannot be told from here` };
      case "running":
        break;
    }
    return null;
  }

  #work(): Sighting | null {
    const elapsedMs = elapsedAtMostMs(this.#progressAt, this.#clock.now());
    if (elapsedMs <= this.#progressWithinMs) return null;
    const what = `no progress was reported for ${Math.round(elapsedMs)} ms, and at most ${this.#progressWithinMs} ms are allowed`;
    return { lost: loss(this.#lease, "work-stalled", what) };
  }
}

function holderOf({ record }: Lease): {
  readonly holderIdentity: string | null;
  readonly instanceId: string | null;
  readonly epoch: number;
} {
  return {
    holderIdentity: record.holderIdentity,
    instanceId: record.holder?.instanceId ?? null,
    epoch: record.epoch,
  };
}
