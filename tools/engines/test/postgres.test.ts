import { once } from "node:events";
import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { missing, startPostgres } from "../src/index.ts";

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

test("PostgreSQL runs on loopback, is crashed, started again with its data, and leaves nothing", async (context) => {
  const server = await startPostgres();
  if (server === null) {
    context.skip(missing("PostgreSQL"));
    return;
  }
  onTestFinished(() => server.stop());
  expect(await answers(server.port)).toBe(true);
  await server.crash();
  expect(await answers(server.port)).toBe(false);
  await server.restart();
  expect(await answers(server.port)).toBe(true);
});
