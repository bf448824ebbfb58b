import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { setTimeout } from "node:timers/promises";
import type { Engine } from "./engine.ts";

/** What a proxy does with what passes it. A request it drops was never heard of; a reply it drops was, and took effect. */
export type Weather = "fair" | "drops requests" | "drops replies" | "drops everything" | { readonly delayMs: number };

/** Stands between a client and a server on loopback, and is the network between them. */
export class Proxy {
  readonly #server: Server;
  #target: Engine;
  readonly #sockets = new Set<Socket>();
  readonly #torn = new Set<Socket>();
  #weather: Weather = "fair";
  #onDrop: () => void = () => {};

  private constructor(target: Engine) {
    this.#target = target;
    this.#server = createServer((client) => {
      const upstream = connect(this.#target.port, "127.0.0.1");
      this.#join(client, upstream, "drops requests");
      this.#join(upstream, client, "drops replies");
    }).listen(0, "127.0.0.1");
  }

  static async before(target: Engine): Promise<Proxy> {
    const proxy = new Proxy(target);
    await once(proxy.#server, "listening");
    return proxy;
  }

  /** The server's, by way of this proxy. */
  get url(): string {
    const url = new URL(this.#target.url);
    url.port = String((this.#server.address() as AddressInfo).port);
    return url.href;
  }

  /** Where the way leads from now on, as after a failover; whoever was on it is cut off. */
  set target(target: Engine) {
    this.#target = target;
    this.cut();
  }

  /** A connection that lost something does not outlast the weather: bytes are lost with it, never out of its middle. */
  set weather(weather: Weather) {
    this.#weather = weather;
    for (const socket of this.#torn) socket.destroy();
  }

  /** Resolves when something is dropped from now on. */
  dropped(): Promise<void> {
    return new Promise((resolve) => (this.#onDrop = resolve));
  }

  /** Ends every connection, as a server does that recycles them. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.cut();
    this.#server.close();
  }

  #join(from: Socket, to: Socket, lost: Weather): void {
    this.#sockets.add(from);
    // What is late holds up what comes after it: no network changes the order within a connection.
    let late = 0;
    let last = Promise.resolve();
    const writeLater = async (before: Promise<void>, data: Buffer, delayMs: number): Promise<void> => {
      await Promise.all([before, setTimeout(delayMs)]);
      late -= 1;
      to.write(data);
    };
    from.on("data", (data) => {
      const delayMs = typeof this.#weather === "object" ? this.#weather.delayMs : 0;
      if (this.#weather === lost || this.#weather === "drops everything") {
        this.#torn.add(from);
        this.#onDrop();
      } else if (delayMs > 0 || late > 0) {
        late += 1;
        last = writeLater(last, data, delayMs);
      } else to.write(data);
    });
    from.on("error", () => to.destroy());
    from.on("close", () => {
      this.#sockets.delete(from);
      this.#torn.delete(from);
      to.destroy();
    });
  }
}
