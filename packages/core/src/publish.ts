import { channel } from "node:diagnostics_channel";
import type { EventType, LeaseEvent } from "@tenure/schema";

/** The `node:diagnostics_channel` on which events of one type are published: `tenure:lease.acquired`, `tenure:lease.lost`, … */
export function eventChannel(type: EventType): `tenure:${EventType}` {
  return `tenure:${type}`;
}

/** Tells whoever listens in this process. Costs next to nothing when nobody does. */
export function publish(event: LeaseEvent): void {
  if (hasListeners(event.type)) channel(eventChannel(event.type)).publish(event);
}

export function hasListeners(type: EventType): boolean {
  return channel(eventChannel(type)).hasSubscribers;
}
