import { expect, onTestFinished, test } from "vitest";
import { missing, startPostgres } from "../src/index.ts";
import { isOpen } from "../src/server-process.ts";

test("PostgreSQL runs on loopback, is crashed, started again with its data, and leaves nothing", async (context) => {
  const server = await startPostgres();
  if (server === null) {
    context.skip(missing("PostgreSQL"));
    return;
  }
  onTestFinished(() => server.stop());
  expect(await isOpen(server.port)).toBe(true);
  await server.crash();
  expect(await isOpen(server.port)).toBe(false);
  await server.restart();
  expect(await isOpen(server.port)).toBe(true);
});
