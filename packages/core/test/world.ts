import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { LeaseEvent, TimingSettings } from "@tenure/schema";
import { toldTypes, transitionTypes } from "@tenure/schema/light";
import { onTestFinished } from "vitest";
import {
  createLeaseClient,
  eventChannel,
  type Lease,
  type LeaseClient,
  type LeaseClientOptions,
  type LeaseLostError,
  type ProveDeath,
} from "../src/index.ts";
import { FakeClock, fixedIdentity, MemoryStore, sequentialTokens, VirtualTime } from "../src/testing/index.ts";

export interface Party {
  readonly identity: LeaseClientOptions["identity"];
  readonly clock: FakeClock;
  readonly store: MemoryStore;
  readonly client: LeaseClient;
}

/** Several clients of one memory store in one virtual time, each with its own clock, connection and process. */
export class World {
  readonly time = new VirtualTime();
  readonly memory: MemoryStore = new MemoryStore({ clock: new FakeClock({ time: this.time }) });
  readonly #dead = new Set<string>();
  readonly #timing: TimingSettings;
  #parties = 0;

  constructor(timing: TimingSettings = {}) {
    this.#timing = timing;
  }

  join(holderIdentity: string, options: Partial<LeaseClientOptions> & { readonly rate?: number } = {}): Party {
    const { rate = 1, ...changes } = options;
    this.#parties += 1;
    const instanceId = `instance-${this.#parties}`;
    const clock = new FakeClock({ time: this.time, rate });
    const store = this.memory.connect({ clock });
    const identity = fixedIdentity(holderIdentity, { instanceId, pid: 1000 + this.#parties });
    const client = createLeaseClient({
      store,
      identity,
      clock,
      randomToken: sequentialTokens(instanceId),
      proveDeath: this.proveDeath,
      timing: this.#timing,
      ...changes,
    });
    return { identity, clock, store, client };
  }

  /** Kills a party: its vigil ends, its requests go unanswered, and its death can be proved from now on. */
  kill(party: Party, { provable = true }: { readonly provable?: boolean } = {}): void {
    if (provable) this.#dead.add(party.identity.holder.instanceId);
    party.store.crash();
  }

  /** As `kill`, but the process is gone only later, as a dying one is. */
  endVigil(party: Party): void {
    party.store.crash();
  }

  bury(party: Party): void {
    this.#dead.add(party.identity.holder.instanceId);
  }

  readonly proveDeath: ProveDeath = (process) =>
    this.#dead.has(process.instanceId)
      ? { verdict: "dead", evidence: `pid ${process.pid} is gone` }
      : { verdict: "alive", evidence: `pid ${process.pid} runs` };
}

/** All events published from here on, until the test ends. */
export function listen(): LeaseEvent[] {
  const events: LeaseEvent[] = [];
  const note = (event: unknown): void => void events.push(event as LeaseEvent);
  const channels = [...transitionTypes, ...toldTypes].map((type) => eventChannel(type));
  for (const channel of channels) subscribe(channel, note);
  onTestFinished(() => {
    for (const channel of channels) unsubscribe(channel, note);
  });
  return events;
}

/** The state of a promise once everything that could run has run. */
export async function outcomeOf<T>(promise: Promise<T>): Promise<{ value: T } | { error: unknown } | "pending"> {
  const settled = promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  return await Promise.race([settled, new Promise<"pending">((resolve) => setImmediate(resolve, "pending"))]);
}

/** One attempt that must win. */
export async function lead(party: Party, name = "job"): Promise<Lease> {
  const lease = await party.client.tryAcquire(name);
  if (lease === null) throw new Error("not acquired");
  return lease;
}

export function reasonOf(lease: Lease): unknown {
  return lease.signal.aborted ? (lease.signal.reason as LeaseLostError).reason : "held";
}
