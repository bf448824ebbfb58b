import { chmodSync, cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Certificate } from "./authority.ts";
import type { Engine } from "./engine.ts";
import { folderWith } from "./found.ts";
import { freePort } from "./port.ts";
import { ServerProcess } from "./server-process.ts";
import { fileFor, giveTo, unprivilegedUser, type SystemUser } from "./user.ts";

const HOST = "127.0.0.1";

export interface NatsOptions {
  /** Further arguments of the server. */
  readonly args?: readonly string[];
  /** A configuration, over which its arguments stand. */
  readonly config?: string;
  /** It speaks TLS to its clients, and demands it. */
  readonly tls?: Certificate;
  /** A program that runs it, and ends with it. */
  readonly wrapper?: readonly string[];
  /** How many servers form the cluster. Default: 3. */
  readonly members?: number;
}

export interface NatsEngine extends Engine {
  /** Copies its data while it stands still; what is returned puts the copy in place of what it has by then, as a restored backup does. */
  readonly backUp: () => Promise<() => Promise<void>>;
  /** Starts it again without its data. */
  readonly wipe: () => Promise<void>;
}

interface Place {
  readonly name: string;
  readonly folder: string;
  readonly port: number;
  readonly routePort: number;
}

/** One server with JetStream, its data on disk. `null` where it is not installed. */
export async function startNats(options: Omit<NatsOptions, "members"> = {}): Promise<NatsEngine | null> {
  const programs = folderWith(["nats-server"]);
  if (programs === null) return null;
  return await startServer(join(programs, "nats-server"), await placeOf("n0"), options);
}

/** Servers that form one cluster; JetStream elects a leader some time after they answer. `null` where it is not installed. */
export async function startNatsCluster({ members = 3, args = [], ...options }: NatsOptions = {}): Promise<
  readonly NatsEngine[] | null
> {
  const programs = folderWith(["nats-server"]);
  if (programs === null) return null;
  const places = await Promise.all(Array.from({ length: members }, (_, at) => placeOf(`n${at}`)));
  const routes = places.map(({ routePort }) => `nats://${HOST}:${routePort}`).join(",");
  const cluster = (place: Place): readonly string[] => [
    "--cluster_name=tenure",
    `--cluster=nats://${HOST}:${place.routePort}`,
    `--routes=${routes}`,
    ...args,
  ];
  return await Promise.all(
    places.map((place) => {
      const chosen = { ...options, args: cluster(place) };
      return startServer(join(programs, "nats-server"), place, chosen, /Listening for route/u);
    }),
  );
}

async function placeOf(name: string): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), "tenure-nats-"));
  return { name, folder, port: await freePort(), routePort: await freePort() };
}

async function startServer(
  program: string,
  { name, folder, port }: Place,
  { args = [], config = "", tls, wrapper }: Omit<NatsOptions, "members">,
  ready = /Server is ready/u,
): Promise<NatsEngine> {
  const user = unprivilegedUser("nats");
  chmodSync(folder, 0o700);
  const put = (file: string, text: string): string => fileFor(user, join(folder, file), text);
  giveTo(user, folder);
  const data = join(folder, "jetstream");
  const chosen = ["--addr", HOST, "--port", String(port), "--jetstream", "--store_dir", folder, "--name", name];
  chosen.push("--config", put("server.conf", config));
  if (tls !== undefined)
    chosen.push("--tls", "--tlscert", put("cert.pem", tls.cert), "--tlskey", put("key.pem", tls.key));
  const start = (): Promise<ServerProcess> =>
    ServerProcess.start({ program, args: [...chosen, ...args], user, ready, wrapper, stopSignal: "SIGTERM" });
  let server = await start();
  const startAnew = async (fill: () => void): Promise<void> => {
    await server.end();
    rmSync(data, { recursive: true, force: true });
    fill();
    server = await start();
  };
  return {
    url: `${tls === undefined ? "nats" : "natss"}://${HOST}:${port}`,
    port,
    crash: () => server.end("SIGKILL"),
    restart: async () => {
      await server.end();
      server = await start();
    },
    stop: async () => {
      await server.end("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
    wipe: () => startAnew(() => {}),
    backUp: async () => {
      const copy = join(folder, "copy");
      await server.end();
      copyFor(user, data, copy);
      server = await start();
      return () => startAnew(() => copyFor(user, copy, data));
    },
  };
}

function copyFor(user: SystemUser | null, from: string, to: string): void {
  cpSync(from, to, { recursive: true });
  giveTo(user, to);
  for (const path of readdirSync(to, { recursive: true, encoding: "utf8" })) giveTo(user, join(to, path));
}
