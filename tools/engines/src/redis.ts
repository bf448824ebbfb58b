import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Certificate } from "./authority.ts";
import type { Engine } from "./engine.ts";
import { folderWith } from "./found.ts";
import { freePort } from "./port.ts";
import { ServerProcess } from "./server-process.ts";
import { fileFor, giveTo, unprivilegedUser } from "./user.ts";

/** Either speaks the same protocol; the first that is found is taken. */
const PROGRAMS = ["redis-server", "valkey-server"] as const;

type Settings = Readonly<Record<string, string>>;

export interface RedisOptions {
  /** Settings of the server, as in `redis.conf`, over those that lose nothing. */
  readonly settings?: Settings;
  /** It speaks TLS, and nothing else. */
  readonly tls?: Certificate;
  /** Beside this process's own. */
  readonly env?: NodeJS.ProcessEnv;
}

export interface RedisEngine extends Engine {
  /** With other settings on top of its first ones; without any, with the same. */
  readonly restart: (settings?: Settings) => Promise<void>;
}

/** `null` where neither is installed. */
export function redisProgram(): string | null {
  const [program = null] = PROGRAMS.flatMap((name) => {
    const found = folderWith([name]);
    return found === null ? [] : [join(found, name)];
  });
  return program;
}

/** `null` where neither Redis nor Valkey is installed. */
export async function startRedis({ settings = {}, tls, env }: RedisOptions = {}): Promise<RedisEngine | null> {
  const program = redisProgram();
  if (program === null) return null;
  const user = unprivilegedUser("redis");
  const folder = mkdtempSync(join(tmpdir(), "tenure-redis-"));
  chmodSync(folder, 0o700);
  giveTo(user, folder);
  const port = await freePort();
  const durable: Settings = { appendonly: "yes", appendfsync: "always", save: "" };
  const chosen: Settings = {
    bind: "127.0.0.1",
    port: String(port),
    dir: folder,
    daemonize: "no",
    ...durable,
    ...(tls !== undefined && {
      port: "0",
      "tls-port": String(port),
      "tls-cert-file": fileFor(user, join(folder, "cert.pem"), tls.cert),
      "tls-key-file": fileFor(user, join(folder, "key.pem"), tls.key),
      "tls-auth-clients": "no",
    }),
    ...settings,
  };
  const start = (changed: Settings = {}): Promise<ServerProcess> =>
    ServerProcess.start({
      program,
      args: Object.entries({ ...chosen, ...changed }).flatMap(([key, value]) => [`--${key}`, ...valuesOf(value)]),
      user,
      env,
      ready: /Ready to accept connections/u,
      stopSignal: "SIGTERM",
    });
  let server = await start();
  return {
    url: `${tls === undefined ? "redis" : "rediss"}://127.0.0.1:${port}`,
    port,
    crash: () => server.end("SIGKILL"),
    restart: async (changed) => {
      await server.end();
      server = await start(changed);
    },
    stop: async () => {
      // Told to end, a primary would first wait for its replicas.
      await server.end("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** On a command line each word of a value is an argument of its own; an empty value is one too. */
function valuesOf(value: string): readonly string[] {
  return value === "" ? [""] : value.split(" ");
}
