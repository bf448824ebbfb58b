import { createLeaseClient, type Lease, type LeaseClient, type LeaseStore } from "@tenure/core";
import { keepAlive, type Heartbeat } from "@tenure/heartbeat";
import type { TimingSettings } from "@tenure/schema";
import { sleep } from "./clock.ts";
import { host } from "./sides/tenure-store.ts";

/** Clients of tenure at one server, as in one agent each. */
export class Agents {
  readonly #closing: (() => Promise<void>)[] = [];
  readonly #open: (url: string) => Promise<LeaseStore>;

  constructor(open: (url: string) => Promise<LeaseStore>) {
    this.#open = open;
  }

  async client(url: string, timing: TimingSettings = {}): Promise<LeaseClient> {
    const store = await this.#open(url);
    this.#closing.push(() => store.close());
    return createLeaseClient({ store, timing, ...host });
  }

  async close(): Promise<void> {
    for (const close of this.#closing) await close();
  }
}

export function beating(lease: Lease): Heartbeat {
  return keepAlive(lease, { clock: host.clock, random: Math.random });
}

/** How many of the leases are lost while all are kept alive for so long. */
export async function lostWithin(leases: readonly Lease[], forMs: number): Promise<number> {
  const heartbeats = leases.filter(({ signal }) => !signal.aborted).map(beating);
  await sleep(forMs);
  const lost = leases.filter(({ signal }) => signal.aborted).length;
  await Promise.all(heartbeats.map((heartbeat) => heartbeat.stop()));
  return lost;
}
