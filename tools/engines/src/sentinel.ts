import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./port.ts";
import { redisProgram, type RedisEngine } from "./redis.ts";
import { ServerProcess } from "./server-process.ts";
import { fileFor, giveTo, unprivilegedUser } from "./user.ts";

/** One that watches over a primary and its replicas, and promotes a replica when the primary has been away for some time. */
export interface Sentinel {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

const HOST = "127.0.0.1";

/** `name`: what the primary is called there. `null` where there is no Redis. */
export async function startSentinel(primary: RedisEngine, name: string): Promise<Sentinel | null> {
  const program = redisProgram();
  if (program === null) return null;
  const user = unprivilegedUser("redis");
  const folder = mkdtempSync(join(tmpdir(), "tenure-sentinel-"));
  chmodSync(folder, 0o700);
  giveTo(user, folder);
  const port = await freePort();
  const watches = [
    `monitor ${name} ${HOST} ${primary.port} 1`,
    `down-after-milliseconds ${name} 500`,
    `failover-timeout ${name} 5000`,
  ];
  const settings = [`bind ${HOST}`, `port ${port}`, `dir ${folder}`, ...watches.map((it) => `sentinel ${it}`)];
  // It writes what it finds into its own configuration.
  const config = fileFor(user, join(folder, "sentinel.conf"), `${settings.join("\n")}\n`);
  const server = await ServerProcess.start({
    program,
    args: [config, "--sentinel"],
    user,
    ready: /\+monitor master/u,
    stopSignal: "SIGTERM",
  });
  return {
    url: `redis://${HOST}:${port}`,
    stop: async () => {
      await server.end("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
