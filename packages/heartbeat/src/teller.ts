import { channel } from "node:diagnostics_channel";
import { eventChannel } from "@tenure/core";
import type { Clock, Lease } from "@tenure/core";
import type { LeaseEvent } from "@tenure/schema";
import { escapeForDisplay } from "@tenure/schema/light";

/** Longest remark of an event, as the schema has it. */
const REMARK_MAX_LENGTH = 1024;

/** Tells what befalls a heartbeat: on the diagnostics channel `tenure:<type>`, and to the one who asked. */
export class Teller {
  readonly #lease: Lease;
  readonly #clock: Clock;
  readonly #onEvent: ((event: LeaseEvent) => void) | undefined;

  constructor(lease: Lease, clock: Clock, onEvent: ((event: LeaseEvent) => void) | undefined) {
    this.#lease = lease;
    this.#clock = clock;
    this.#onEvent = onEvent;
  }

  tell(type: "lease.renew_failed" | "lease.jeopardy" | "lease.safe", remark: string): void {
    const { name, epoch, holderIdentity } = this.#lease;
    const event: LeaseEvent = {
      type,
      name,
      time: this.#clock.wallTime(),
      epoch,
      holderIdentity,
      remainingMs: this.#lease.remainingMs(),
      remark: escapeForDisplay(remark).slice(0, REMARK_MAX_LENGTH),
    };
    channel(eventChannel(type)).publish(event);
    try {
      this.#onEvent?.(event);
    } catch (error) {
      // As with a channel's subscribers: a listener's fault is nobody's renewal.
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
