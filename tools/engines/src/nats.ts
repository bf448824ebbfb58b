import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine } from "./engine.ts";
import { folderWith } from "./found.ts";
import { freePort, ServerProcess } from "./server-process.ts";
import { giveTo, unprivilegedUser } from "./user.ts";

const HOST = "127.0.0.1";

export interface NatsOptions {
  /** Further arguments of the server. */
  readonly args?: readonly string[];
  /** How many servers form the cluster. Default: 3. */
  readonly members?: number;
}

export interface NatsEngine extends Engine {
  /** Where its data are; it must not run when they are touched. */
  readonly data: string;
}

interface Place {
  readonly name: string;
  readonly folder: string;
  readonly port: number;
  readonly routePort: number;
}

/** One server with JetStream, its data on disk. `null` where it is not installed. */
export async function startNats({ args = [] }: Omit<NatsOptions, "members"> = {}): Promise<NatsEngine | null> {
  const programs = folderWith(["nats-server"]);
  if (programs === null) return null;
  return await startServer(join(programs, "nats-server"), await placeOf("n0"), args);
}

/** Servers that form one cluster; JetStream elects a leader some time after they answer. `null` where it is not installed. */
export async function startNatsCluster({ args = [], members = 3 }: NatsOptions = {}): Promise<
  readonly NatsEngine[] | null
> {
  const programs = folderWith(["nats-server"]);
  if (programs === null) return null;
  const places = await Promise.all(Array.from({ length: members }, (_, at) => placeOf(`n${at}`)));
  const routes = places.map(({ routePort }) => `nats://${HOST}:${routePort}`).join(",");
  const cluster = (place: Place): readonly string[] => [
    ...["--cluster_name", "tenure", "--cluster", `nats://${HOST}:${place.routePort}`, "--routes", routes],
    ...args,
  ];
  return await Promise.all(
    places.map((place) => startServer(join(programs, "nats-server"), place, cluster(place), /Listening for route/u)),
  );
}

async function placeOf(name: string): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), "tenure-nats-"));
  return { name, folder, port: await freePort(), routePort: await freePort() };
}

async function startServer(
  program: string,
  { name, folder, port }: Place,
  args: readonly string[],
  ready = /Server is ready/u,
): Promise<NatsEngine> {
  const user = unprivilegedUser("nats");
  chmodSync(folder, 0o700);
  giveTo(user, folder);
  const chosen = ["--addr", HOST, "--port", String(port), "--jetstream", "--store_dir", folder, "--name", name];
  const start = (): Promise<ServerProcess> =>
    ServerProcess.start({ program, args: [...chosen, ...args], user, ready, stopSignal: "SIGTERM" });
  let server = await start();
  return {
    url: `nats://${HOST}:${port}`,
    port,
    data: folder,
    crash: () => server.end("SIGKILL"),
    restart: async () => {
      await server.end();
      server = await start();
    },
    stop: async () => {
      await server.end("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
