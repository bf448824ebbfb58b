import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import { connect, type NatsConnection, type NodeConnectionOptions } from "@nats-io/transport-node";

/** The sockets of the attempt that makes them. */
const attempt = new AsyncLocalStorage<Set<Socket>>();
subscribe("net.client.socket", (made) => attempt.getStore()?.add((made as { readonly socket: Socket }).socket));

let underWay = 0;

/**
 * Connects to a server, or leaves nothing behind: where one takes the connection and says nothing in time, the client library gives up
 * and keeps the socket, which then holds the process.
 */
export async function dial(options: NodeConnectionOptions): Promise<NatsConnection> {
  const sockets = new Set<Socket>();
  underWay += 1;
  try {
    return await attempt.run(sockets, () => connect(options));
  } catch (error) {
    for (const socket of sockets) socket.destroy();
    throw error;
  } finally {
    underWay -= 1;
    // As long as there is one, Node follows every promise of the process.
    if (underWay === 0) attempt.disable();
  }
}
