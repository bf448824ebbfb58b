import { execFile } from "node:child_process";
import { appendFileSync, chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import type { Engine } from "./engine.ts";
import { folderWith, postgresFolders } from "./found.ts";
import { freePort, isAlive, isOpen, ServerProcess } from "./server-process.ts";
import { giveTo, unprivilegedUser, type SystemUser } from "./user.ts";

const run = promisify(execFile);
const USER = "tenure";
const LOOK_AGAIN_MS = 10;

/** Beside loopback, an address of this machine, and who may come to it. */
export interface Elsewhere {
  readonly address: string;
  readonly range: string;
}

/** `null` where it is not installed. */
export async function startPostgres(elsewhere?: Elsewhere): Promise<Engine | null> {
  const programs = folderWith(["initdb", "postgres"], postgresFolders());
  if (programs === null) return null;
  const user = unprivilegedUser("postgres");
  const folder = mkdtempSync(join(tmpdir(), "tenure-postgres-"));
  chmodSync(folder, 0o700);
  giveTo(user, folder);
  const data = join(folder, "data");
  await initialise(join(programs, "initdb"), data, user);
  if (elsewhere !== undefined) appendFileSync(join(data, "pg_hba.conf"), `host all all ${elsewhere.range} trust\n`);
  const addresses = ["127.0.0.1", ...(elsewhere === undefined ? [] : [elsewhere.address])].join();
  const port = await freePort();
  const chosen = { listen_addresses: addresses, port: String(port), unix_socket_directories: "" };
  const start = (): Promise<ServerProcess> =>
    ServerProcess.start({
      program: join(programs, "postgres"),
      args: ["-D", data, ...Object.entries(chosen).flatMap(([key, value]) => ["-c", `${key}=${value}`])],
      user,
      ready: /database system is ready to accept connections/u,
      // A fast shutdown: it ends the connections rather than wait for them.
      stopSignal: "SIGINT",
    });
  let server = await start();
  return {
    url: `postgres://${USER}@127.0.0.1:${port}/postgres`,
    port,
    crash: async () => {
      // Its workers live on until they notice, and keep the port and the data.
      const workers = server.freeze();
      await server.end("SIGKILL");
      while (workers.some(isAlive) || (await isOpen(port))) await setTimeout(LOOK_AGAIN_MS);
    },
    restart: async () => {
      await server.end();
      server = await start();
    },
    stop: async () => {
      await server.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function initialise(initdb: string, data: string, user: SystemUser | null): Promise<void> {
  const args = ["-D", data, "-U", USER, "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"];
  await run(initdb, args, { ...user, cwd: "/" });
}
