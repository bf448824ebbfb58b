import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { setImmediate } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { Proxy, type Engine } from "../src/index.ts";

test("what a network makes late is not overtaken by what comes after it", async () => {
  const echo = createServer((socket) => socket.pipe(socket)).listen(0, "127.0.0.1");
  await once(echo, "listening");
  onTestFinished(() => void echo.close());
  const { port } = echo.address() as AddressInfo;
  const nothing = (): Promise<void> => Promise.resolve();
  const engine: Engine = { url: `tcp://127.0.0.1:${port}`, port, crash: nothing, restart: nothing, stop: nothing };
  const proxy = await Proxy.before(engine);
  onTestFinished(() => proxy.close());
  const client = connect(Number(new URL(proxy.url).port), "127.0.0.1");
  await once(client, "connect");

  let heard = "";
  client.on("data", (data) => (heard += String(data)));
  const said = Array.from({ length: 100 }, (_, at) => `${at} `);
  for (const [at, word] of said.entries()) {
    proxy.weather = at % 2 === 0 ? { delayMs: 20 } : "fair";
    client.write(word);
    await setImmediate();
  }
  await expect.poll(() => heard.length).toBe(said.join("").length);
  expect(heard).toBe(said.join(""));
});
