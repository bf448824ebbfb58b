import { once } from "node:events";
import { createServer } from "node:net";
import type { ListenOptions, Server } from "node:net";

const LOWEST_PORT = 12_000;
const PORTS = 10_000;

/**
 * A port of loopback that nobody listens on now. It lies below those that the system gives to outgoing connections (from 32 768 on), one
 * of which might have it while a server is away that wants it again; so does the second one of a Redis cluster, 10 000 above.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST_PORT + Math.floor(Math.random() * PORTS);
    if (!(await reserve(port))) continue;
    const server = await listening({ port, host: "127.0.0.1" });
    if (server === null) continue;
    server.close();
    await once(server, "close");
    return port;
  }
}

/**
 * Keeps other test processes from the port until this one ends, also while no server listens on it yet. The name is of Linux's abstract
 * namespace, which leaves no file behind.
 */
async function reserve(port: number): Promise<boolean> {
  if (process.platform !== "linux") return true;
  const reservation = await listening({ path: `\0tenure-port-${port}` });
  reservation?.unref();
  return reservation !== null;
}

async function listening(where: ListenOptions): Promise<Server | null> {
  const server = createServer().listen(where);
  try {
    await once(server, "listening");
    return server;
  } catch {
    // Somebody has it.
    return null;
  }
}
