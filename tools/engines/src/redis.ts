import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine } from "./engine.ts";
import { folderWith } from "./found.ts";
import { freePort, ServerProcess } from "./server-process.ts";
import { giveTo, unprivilegedUser } from "./user.ts";

/** Either speaks the same protocol; the first that is found is taken. */
const PROGRAMS = ["redis-server", "valkey-server"] as const;

type Settings = Readonly<Record<string, string>>;

export interface RedisOptions {
  /** Settings of the server, as in `redis.conf`, over those that lose nothing. */
  readonly settings?: Settings;
}

export interface RedisEngine extends Engine {
  /** With other settings on top of its first ones; without any, with the same. */
  readonly restart: (settings?: Settings) => Promise<void>;
}

/** `null` where neither Redis nor Valkey is installed. */
export async function startRedis({ settings = {} }: RedisOptions = {}): Promise<RedisEngine | null> {
  const [program] = PROGRAMS.flatMap((name) => {
    const found = folderWith([name]);
    return found === null ? [] : [join(found, name)];
  });
  if (program === undefined) return null;
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
    ...settings,
  };
  const start = (changed: Settings = {}): Promise<ServerProcess> =>
    ServerProcess.start({
      program,
      args: Object.entries({ ...chosen, ...changed }).flatMap(([key, value]) => [`--${key}`, ...valuesOf(value)]),
      user,
      ready: /Ready to accept connections/u,
      stopSignal: "SIGTERM",
    });
  let server = await start();
  return {
    url: `redis://127.0.0.1:${port}`,
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
