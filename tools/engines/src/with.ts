// Runs a command beside a server of its own: `with.js postgres node script.js`. The command finds it by DATABASE_URL.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { missing } from "./engine.ts";
import { startPostgres } from "./postgres.ts";

/** What sysexits(3) has for a service that is not there. */
const UNAVAILABLE = 69;

const [engine, command, ...args] = process.argv.slice(2);
if (engine !== "postgres" || command === undefined) throw new Error("usage: with.js postgres COMMAND [ARGUMENT…]");
const server = await startPostgres();
if (server === null) {
  console.error(missing("PostgreSQL"));
  process.exit(UNAVAILABLE);
}
try {
  const child = spawn(command, args, { stdio: "inherit", env: { ...process.env, DATABASE_URL: server.url } });
  const [code] = (await once(child, "exit")) as [number | null];
  process.exitCode = code ?? 1;
} finally {
  await server.stop();
}
