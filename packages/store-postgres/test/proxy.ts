import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import type { Engine } from "@tenure/engines";
import { onTestFinished } from "vitest";

/** Stands between a client and its server on loopback, and passes on what it is told to. */
export class Proxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #user: string;
  #drops = false;
  #onDrop: () => void = () => {};

  private constructor(target: Engine) {
    this.#user = new URL(target.url).username;
    this.#server = createServer((client) => {
      const upstream = connect(target.port, "127.0.0.1");
      this.#join(client, upstream, () => false);
      this.#join(upstream, client, () => this.#drops);
    }).listen(0, "127.0.0.1");
  }

  static async before(target: Engine | null): Promise<Proxy> {
    if (target === null) throw new Error("no server");
    const proxy = new Proxy(target);
    await once(proxy.#server, "listening");
    onTestFinished(() => proxy.#close());
    return proxy;
  }

  get url(): string {
    return `postgres://${this.#user}@127.0.0.1:${(this.#server.address() as AddressInfo).port}/postgres`;
  }

  dropReplies(): void {
    this.#drops = true;
  }

  pass(): void {
    this.#drops = false;
  }

  /** Resolves when a reply is dropped from now on. */
  dropped(): Promise<void> {
    return new Promise((resolve) => (this.#onDrop = resolve));
  }

  #join(from: Socket, to: Socket, drops: () => boolean): void {
    this.#sockets.add(from);
    from.on("data", (data) => {
      if (drops()) this.#onDrop();
      else to.write(data);
    });
    from.on("error", () => to.destroy()).on("close", () => to.destroy());
  }

  #close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}
