import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import type { Snapshot, SwapOutcome } from "@tenure/core";
import { eventFor, heldRecord } from "@tenure/core/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { freshPrefix, openStore, server, skipped } from "./server.ts";

const CLOSED = { code: "ESTOREUNAVAILABLE", message: "etcd: this store is closed" };

describe.skipIf(skipped !== null)(`closing an etcd store${skipped === null ? "" : `: ${skipped}`}`, () => {
  test("whoever waits is told that it is closed, also for a connection, and none is made any more", async () => {
    const gate = await Gate.open();
    const store = await openStore({ url: gate.url, prefix: freshPrefix() });
    const held = gate.holds(4);
    const reading = Promise.allSettled(Array.from({ length: 30 }, (_, at) => store.read(`orders-${at}`)));
    await held;
    const made = gate.made;
    await store.close();
    expect(await reading).toEqual(
      Array.from({ length: 30 }, () => ({ status: "rejected", reason: expect.objectContaining(CLOSED) as unknown })),
    );
    await gate.isEmpty();
    expect(gate.made).toBe(made);
  });

  test("a write that was sent is unknown, with the close as its cause; one that waited had no effect", async () => {
    const gate = await Gate.open();
    const store = await openStore({ url: gate.url, prefix: freshPrefix() });
    const names = ["orders", "invoices", "mails"];
    const expected = await Promise.all(names.map((name) => store.read(name)));
    const writing: Promise<SwapOutcome>[] = [];
    // No more than two groups of writes are under way at once.
    for (const requests of [1, 1, 0]) {
      const held = gate.holds(requests);
      const [snapshot] = expected.splice(0, 1) as [Snapshot];
      const record = heldRecord(snapshot.name, 1);
      writing.push(store.compareAndSwap(snapshot, record, eventFor(record), { durable: true }));
      if (requests > 0) await held;
    }
    const settled = Promise.allSettled(writing);
    await store.close();
    const unknown = { status: "fulfilled", value: { outcome: "unknown", cause: CLOSED } };
    expect(await settled).toMatchObject([unknown, unknown, { status: "rejected", reason: CLOSED }]);
  });
});

/** The way to the server. */
class Gate {
  /** Connections so far. */
  made = 0;
  readonly #sockets = new Set<Socket>();
  #onHeld: (() => void) | null = null;
  #left = 0;
  #onEmpty: () => void = () => {};
  readonly #server = createServer((client) => {
    this.made += 1;
    const upstream = connect(server?.port ?? 0, "127.0.0.1");
    this.#sockets.add(client);
    client.on("data", (data) => (this.#onHeld === null ? upstream.write(data) : this.#hold()));
    upstream.on("data", (data) => client.write(data)).on("error", () => client.destroy());
    client
      .on("error", () => {})
      .on("close", () => {
        upstream.destroy();
        this.#sockets.delete(client);
        if (this.#sockets.size === 0) this.#onEmpty();
      });
  });

  static async open(): Promise<Gate> {
    const gate = new Gate();
    gate.#server.listen(0, "127.0.0.1");
    await once(gate.#server, "listening");
    onTestFinished(() => {
      for (const socket of gate.#sockets) socket.destroy();
      gate.#server.close();
    });
    return gate;
  }

  get url(): string {
    return `etcd://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Lets no request through from now on. Resolves when so many have come. */
  holds(requests: number): Promise<void> {
    this.#left = requests;
    return new Promise((resolve) => (this.#onHeld = resolve));
  }

  async isEmpty(): Promise<void> {
    if (this.#sockets.size > 0) await new Promise<void>((resolve) => (this.#onEmpty = resolve));
  }

  #hold(): void {
    this.#left -= 1;
    if (this.#left === 0) this.#onHeld?.();
  }
}
