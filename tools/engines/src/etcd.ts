import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Certificate } from "./authority.ts";
import type { Engine } from "./engine.ts";
import { folderWith } from "./found.ts";
import { freePort } from "./port.ts";
import { ServerProcess } from "./server-process.ts";
import { fileFor } from "./user.ts";

const HOST = "127.0.0.1";

export interface EtcdOptions {
  /** Flags of the server, without their dashes. Given to every member. */
  readonly settings?: Readonly<Record<string, string>>;
  /** How many servers form the cluster. Default: 1. */
  readonly members?: number;
  /** It speaks TLS to its clients. */
  readonly tls?: Certificate;
  /** A program that runs it, and ends with it. */
  readonly wrapper?: readonly string[];
}

export interface EtcdEngine extends Engine {
  /** Copies its data while it stands still; what is returned puts the copy in place of what it has by then, as a restored backup does. */
  readonly backUp: () => Promise<() => Promise<void>>;
}

interface Place {
  readonly name: string;
  readonly data: string;
  readonly port: number;
  readonly peerPort: number;
}

/** One server. `null` where it is not installed. */
export async function startEtcd(options: Omit<EtcdOptions, "members"> = {}): Promise<EtcdEngine | null> {
  const [only] = (await startEtcdCluster({ ...options, members: 1 })) ?? [];
  return only ?? null;
}

/** Servers that form one cluster. `null` where it is not installed. */
export async function startEtcdCluster({ members = 3, ...options }: EtcdOptions = {}): Promise<
  readonly EtcdEngine[] | null
> {
  const programs = folderWith(["etcd"]);
  if (programs === null) return null;
  const places = await Promise.all(Array.from({ length: members }, (_, at) => placeOf(`m${at}`)));
  const cluster = places.map(({ name, peerPort }) => `${name}=${urlOf(peerPort)}`).join(",");
  return await Promise.all(places.map((place) => startMember(join(programs, "etcd"), place, cluster, options)));
}

async function placeOf(name: string): Promise<Place> {
  const data = join(mkdtempSync(join(tmpdir(), "tenure-etcd-")), "data");
  return { name, data, port: await freePort(), peerPort: await freePort() };
}

async function startMember(
  program: string,
  { name, data, port, peerPort }: Place,
  cluster: string,
  { settings = {}, tls, wrapper }: Omit<EtcdOptions, "members">,
): Promise<EtcdEngine> {
  const folder = join(data, "..");
  const clientUrl = tls === undefined ? urlOf(port) : urlOf(port).replace("http:", "https:");
  const chosen: Readonly<Record<string, string>> = {
    name,
    "data-dir": data,
    "listen-client-urls": clientUrl,
    "advertise-client-urls": clientUrl,
    "listen-peer-urls": urlOf(peerPort),
    "initial-advertise-peer-urls": urlOf(peerPort),
    "initial-cluster": cluster,
    logger: "zap",
    "log-outputs": "stderr",
    ...(tls !== undefined && {
      "cert-file": fileFor(null, join(folder, "cert.pem"), tls.cert),
      "key-file": fileFor(null, join(folder, "key.pem"), tls.key),
    }),
    ...settings,
  };
  const start = (): Promise<ServerProcess> =>
    ServerProcess.start({
      program,
      args: Object.entries(chosen).map(([key, value]) => `--${key}=${value}`),
      user: null,
      wrapper,
      ready: /serving client traffic/u,
      stopSignal: "SIGTERM",
    });
  let server = await start();
  return {
    url: `${tls === undefined ? "etcd" : "etcds"}://${HOST}:${port}`,
    port,
    crash: () => server.end("SIGKILL"),
    restart: async () => {
      await server.end();
      server = await start();
    },
    stop: async () => {
      await server.end();
      rmSync(folder, { recursive: true, force: true });
    },
    backUp: async () => {
      const copy = join(folder, "copy");
      await server.end();
      cpSync(data, copy, { recursive: true });
      server = await start();
      return async () => {
        await server.end();
        rmSync(data, { recursive: true });
        cpSync(copy, data, { recursive: true });
        server = await start();
      };
    },
  };
}

function urlOf(port: number): string {
  return `http://${HOST}:${port}`;
}
