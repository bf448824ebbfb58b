import { Agent as PlainAgent, type Agent } from "node:http";
import { Agent as SecureAgent } from "node:https";
import { LeaseError } from "@tenure/core";
import type { Address } from "./address.ts";

const REQUESTS_MAX = 4;

/** The connections of one store: a few that all requests share, and one for each answer that goes on. */
export class Connections {
  readonly forRequests: Agent;
  /** Each holds its connection for as long as somebody watches. */
  readonly forStreams: Agent;
  readonly #underWay = new Set<AbortController>();
  #closed: LeaseError | undefined;

  constructor({ endpoints, ca, cert, key }: Address) {
    const make = (options: { readonly keepAlive: boolean; readonly maxSockets?: number }): Agent =>
      endpoints[0]?.protocol === "https:" ? new SecureAgent({ ...options, ca, cert, key }) : new PlainAgent(options);
    this.forRequests = make({ keepAlive: true, maxSockets: REQUESTS_MAX });
    this.forStreams = make({ keepAlive: false });
  }

  /**
   * Asks with a signal that aborts with the caller's, and when all this is closed.
   * @throws LeaseError `ESTOREUNAVAILABLE` once it is; and whatever `ask` fails with.
   */
  async whileOpen<T>(signal: AbortSignal | undefined, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#closed !== undefined) throw this.#closed;
    const asking = new AbortController();
    const giveUp = (): void => asking.abort(signal?.reason);
    signal?.addEventListener("abort", giveUp);
    if (signal?.aborted === true) giveUp();
    this.#underWay.add(asking);
    try {
      return await ask(asking.signal);
    } finally {
      this.#underWay.delete(asking);
      signal?.removeEventListener("abort", giveUp);
    }
  }

  close(): void {
    const closed = (this.#closed ??= new LeaseError("ESTOREUNAVAILABLE", "etcd: this store is closed"));
    for (const agent of [this.forRequests, this.forStreams]) {
      // Otherwise it makes one for each request that waited, also for those that were given up.
      agent.createConnection = (_options, callback) => {
        callback?.(closed, undefined as never);
        return null;
      };
    }
    for (const asking of this.#underWay) asking.abort(closed);
    for (const agent of [this.forRequests, this.forStreams]) agent.destroy();
  }
}
