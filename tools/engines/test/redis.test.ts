import { expect, onTestFinished, test } from "vitest";
import { missing, startRedis } from "../src/index.ts";
import { isOpen } from "../src/server-process.ts";

test("Redis runs on loopback, is crashed, started again, and leaves nothing", async (context) => {
  const server = await startRedis();
  if (server === null) {
    context.skip(missing("Redis"));
    return;
  }
  onTestFinished(() => server.stop());
  expect(await isOpen(server.port)).toBe(true);
  await server.crash();
  expect(await isOpen(server.port)).toBe(false);
  await server.restart();
  expect(await isOpen(server.port)).toBe(true);
});
