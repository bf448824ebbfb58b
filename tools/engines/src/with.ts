// Runs a command beside a server of its own: `with.js postgres node script.js`. The command finds it by DATABASE_URL, ETCD_URL,
// REDIS_URL or NATS_URL.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { missing, type Engine } from "./engine.ts";
import { startEtcd } from "./etcd.ts";
import { startNats } from "./nats.ts";
import { startPostgres } from "./postgres.ts";
import { startRedis } from "./redis.ts";

/** What sysexits(3) has for a service that is not there. */
const UNAVAILABLE = 69;

interface Named {
  readonly title: string;
  readonly variable: string;
  readonly start: () => Promise<Engine | null>;
}

const engines: Readonly<Record<string, Named>> = {
  postgres: { title: "PostgreSQL", variable: "DATABASE_URL", start: startPostgres },
  etcd: { title: "etcd", variable: "ETCD_URL", start: startEtcd },
  redis: { title: "Redis", variable: "REDIS_URL", start: startRedis },
  nats: { title: "NATS", variable: "NATS_URL", start: startNats },
};

const [name = "", command, ...args] = process.argv.slice(2);
const engine = Object.hasOwn(engines, name) ? engines[name] : undefined;
if (engine === undefined || command === undefined)
  throw new Error(`usage: with.js ${Object.keys(engines).join("|")} COMMAND [ARGUMENT…]`);
const server = await engine.start();
if (server === null) {
  console.error(missing(engine.title));
  process.exit(UNAVAILABLE);
}
try {
  const child = spawn(command, args, { stdio: "inherit", env: { ...process.env, [engine.variable]: server.url } });
  const [code] = (await once(child, "exit")) as [number | null];
  process.exitCode = code ?? 1;
} finally {
  await server.stop();
}
