import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine } from "./engine.ts";
import { folderWith } from "./found.ts";
import { freePort } from "./port.ts";
import { ServerProcess } from "./server-process.ts";
import { fileFor, giveTo, unprivilegedUser } from "./user.ts";

const HOST = "127.0.0.1";

/** Stands before a PostgreSQL server, and lends its connections. */
export interface Pooler {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** PgBouncer; `mode`: for how long it lends one. `null` where it is not installed. */
export async function startPooler(server: Engine, mode: "session" | "transaction"): Promise<Pooler | null> {
  const programs = folderWith(["pgbouncer"]);
  if (programs === null) return null;
  const user = unprivilegedUser("postgres");
  const folder = mkdtempSync(join(tmpdir(), "tenure-pooler-"));
  chmodSync(folder, 0o700);
  giveTo(user, folder);
  const [port, url] = [await freePort(), new URL(server.url)];
  const settings = [`listen_addr = ${HOST}`, `listen_port = ${port}`, "unix_socket_dir =", "auth_type = any"];
  const text = [
    "[databases]",
    `${url.pathname.slice(1)} = host=${HOST} port=${server.port} user=${url.username}`,
    "[pgbouncer]",
    ...settings,
    `pool_mode = ${mode}`,
  ];
  const config = fileFor(user, join(folder, "pgbouncer.ini"), `${text.join("\n")}\n`);
  const pooler = await ServerProcess.start({
    program: join(programs, "pgbouncer"),
    args: [config],
    user,
    ready: /process up/u,
    stopSignal: "SIGINT",
  });
  url.port = String(port);
  return {
    url: url.href,
    stop: async () => {
      await pooler.end("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
