import { execFile } from "node:child_process";
import { appendFileSync, chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import type { Engine } from "./engine.ts";
import { folderWith, postgresFolders } from "./found.ts";
import { freePort } from "./port.ts";
import { isAlive, isOpen, ServerProcess } from "./server-process.ts";
import { giveTo, unprivilegedUser, type SystemUser } from "./user.ts";

const run = promisify(execFile);
const USER = "tenure";
const LOOK_AGAIN_MS = 10;

export interface PostgresOptions {
  /** Beside loopback, an address of this machine, and who may come to it. */
  readonly elsewhere?: { readonly address: string; readonly range: string };
  /** Beside this process's own. */
  readonly env?: NodeJS.ProcessEnv;
}

/** `null` where it is not installed. */
export async function startPostgres({ elsewhere, env }: PostgresOptions = {}): Promise<Engine | null> {
  const programs = programsFolder();
  if (programs === null) return null;
  return await serve(programs, env, elsewhere?.address, async (data, as) => {
    const args = ["-D", data, "-U", USER, "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"];
    await run(join(programs, "initdb"), args, as);
    if (elsewhere !== undefined) appendFileSync(join(data, "pg_hba.conf"), `host all all ${elsewhere.range} trust\n`);
  });
}

/** A copy of a server that follows it; `select pg_promote()` makes it a server of its own. */
export async function startPostgresStandby(primary: Engine): Promise<Engine> {
  const programs = programsFolder();
  if (programs === null) throw new Error("there is no PostgreSQL to follow the other");
  return await serve(programs, {}, undefined, async (data, as) => {
    const args = ["-D", data, "-d", primary.url, "--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast"];
    await run(join(programs, "pg_basebackup"), [...args, "--no-sync"], as);
  });
}

function programsFolder(): string | null {
  return folderWith(["initdb", "pg_basebackup", "postgres"], postgresFolders());
}

type Fill = (data: string, as: Partial<SystemUser> & { readonly cwd: string }) => Promise<void>;

async function serve(
  programs: string,
  env: NodeJS.ProcessEnv | undefined,
  address: string | undefined,
  fill: Fill,
): Promise<Engine> {
  const user = unprivilegedUser("postgres");
  const folder = mkdtempSync(join(tmpdir(), "tenure-postgres-"));
  chmodSync(folder, 0o700);
  giveTo(user, folder);
  const data = join(folder, "data");
  await fill(data, { ...user, cwd: "/" });
  const port = await freePort();
  const addresses = ["127.0.0.1", ...(address === undefined ? [] : [address])].join();
  const chosen = { listen_addresses: addresses, port: String(port), unix_socket_directories: "" };
  const start = (): Promise<ServerProcess> =>
    ServerProcess.start({
      program: join(programs, "postgres"),
      args: ["-D", data, ...Object.entries(chosen).flatMap(([key, value]) => ["-c", `${key}=${value}`])],
      user,
      env,
      ready: /database system is ready to accept (?:read-only )?connections/u,
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
