import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import { connect, type NatsConnection, type NodeConnectionOptions } from "@nats-io/transport-node";
import { orAborted } from "@tenure/core";

/** One attempt to connect, with the sockets that it makes. */
class Attempt {
  readonly #sockets = new Set<Socket>();
  #isOver = false;

  add(socket: Socket): void {
    if (this.#isOver) socket.destroy();
    else this.#sockets.add(socket);
  }

  giveUp(): void {
    this.#isOver = true;
    for (const socket of this.#sockets) socket.destroy();
  }
}

const current = new AsyncLocalStorage<Attempt>();
subscribe("net.client.socket", (made) => current.getStore()?.add((made as { readonly socket: Socket }).socket));

let underWay = 0;

/**
 * Connects to a server, unless `signal` aborts first, or leaves nothing behind: where one takes the connection and says nothing in time,
 * the client library gives up and keeps the socket, which then holds the process.
 */
export async function dial(options: NodeConnectionOptions, signal: AbortSignal): Promise<NatsConnection> {
  signal.throwIfAborted();
  const attempt = new Attempt();
  underWay += 1;
  const connecting = current.run(attempt, () => connect(options));
  const over = (): void => {
    underWay -= 1;
    // As long as there is one, Node follows every promise of the process.
    if (underWay === 0) current.disable();
  };
  connecting.then(over, over);
  try {
    return await orAborted(connecting, signal);
  } catch (error) {
    attempt.giveUp();
    throw error;
  }
}
