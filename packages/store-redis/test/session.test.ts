import type { Redis } from "ioredis";
import { describe, expect, onTestFinished, test } from "vitest";
import { addressOf } from "../src/address.ts";
import { Session } from "../src/session.ts";
import { openStore, operator, ownServer, server, skipped } from "./server.ts";

describe.skipIf(skipped !== null)(`the connections to Redis${skipped === null ? "" : `: ${skipped}`}`, () => {
  test("a store that is closed ends also the one that a request was given up on, and tells who waits on it", async () => {
    const own = await ownServer();
    const store = await openStore({ url: own.url });
    await operator(own).call("CLIENT", "PAUSE", 60_000, "ALL");
    const giveUp = new AbortController();
    const [given, waiting] = [store.read("orders", { signal: giveUp.signal }), store.read("orders")];
    giveUp.abort();
    await expect(given).rejects.toThrow();
    await store.close();
    await expect(waiting).rejects.toMatchObject({ code: "ESTOREUNAVAILABLE", message: /closed/u });
  });

  test("many requests at once, by a connection that has just broken, are no leak of listeners", async () => {
    const session = new Session(addressOf(server?.url ?? ""));
    onTestFinished(() => session.end());
    let stream: Redis["stream"] | undefined;
    await session.ask((client) => {
      ({ stream } = client);
      return client.ping();
    });
    // Its end is told only later.
    stream?.destroy();
    const asked = Array.from({ length: 20 }, () => session.ask((client) => client.ping()));
    expect(stream?.listenerCount("connect")).toBeLessThan(2);
    await Promise.allSettled(asked);
  });
});
