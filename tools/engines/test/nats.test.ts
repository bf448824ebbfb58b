import { expect, onTestFinished, test } from "vitest";
import { missing, startNats } from "../src/index.ts";
import { isOpen } from "../src/server-process.ts";

test("NATS runs on loopback, is crashed, started again, and leaves nothing", async (context) => {
  const server = await startNats();
  if (server === null) {
    context.skip(missing("NATS"));
    return;
  }
  onTestFinished(() => server.stop());
  expect(await isOpen(server.port)).toBe(true);
  await server.crash();
  expect(await isOpen(server.port)).toBe(false);
  await server.restart();
  expect(await isOpen(server.port)).toBe(true);
});
