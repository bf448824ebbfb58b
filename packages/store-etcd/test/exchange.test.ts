import { EventEmitter, once } from "node:events";
import { Agent, createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { send, textOf } from "../src/exchange.ts";

/** A server that answers when the test does, and requests that share one connection to it. */
async function byOneConnection() {
  const arrivals = new EventEmitter();
  const server = createServer((_, answer) => arrivals.emit("arrival", answer)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => {
    agent.destroy();
    server.close();
  });
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const request = { url, agent, method: "POST", headers: {}, body: "{}" } as const;
  return { arrivals, request };
}

test("a request that waited for another's connection and was given up after it was sent may have been carried out", async () => {
  const { arrivals, request } = await byOneConnection();
  const giveUp = new AbortController();

  const first = send(request);
  const [answer] = (await once(arrivals, "arrival")) as [ServerResponse];
  const second = send(request, giveUp.signal);
  const arrived = once(arrivals, "arrival");
  answer.end("{}");
  expect(await textOf(await first)).toBe("{}");
  await arrived;
  giveUp.abort(new Error("no answer"));
  await expect(second).rejects.toMatchObject({ name: "SentError", cause: { message: "no answer" } });
});

test("a request that waits for another's connection is given up at once, and was not sent", async () => {
  const { arrivals, request } = await byOneConnection();
  const giveUp = new AbortController();

  const first = send(request);
  const [answer] = (await once(arrivals, "arrival")) as [ServerResponse];
  const second = send(request, giveUp.signal);
  giveUp.abort(new Error("no answer"));
  await expect(second).rejects.toMatchObject({ code: "EABORTED", cause: { message: "no answer" } });
  answer.end("{}");
  expect(await textOf(await first)).toBe("{}");
});
