import type { StreamInfo } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { LeaseError, type StoreGuarantees, type StoreProbe } from "@tenure/core";
import type { Bucket } from "./bucket.ts";
import type { Session } from "./session.ts";

/** Consumers are made under a name, by which the client library makes them again. */
const OLDEST = [2, 9] as const;
const UNKNOWN = "unknown";

export interface ServerFacts {
  readonly version: string;
  readonly server: string;
  /** `undefined`: not known. */
  readonly isEncrypted: boolean | undefined;
  readonly info: StreamInfo;
  readonly isInClear: boolean;
}

/** Asked, not assumed. */
export async function askServer(
  session: Session,
  { stream }: Bucket,
  isInClear: boolean,
  signal?: AbortSignal,
): Promise<ServerFacts> {
  return await session.ask(async ({ connection, manager }) => {
    const info = await manager.streams.info(stream);
    const { version = UNKNOWN, server_name: server = UNKNOWN } = connection.info ?? {};
    return { version, server, isEncrypted: isEncrypted(connection), info, isInClear };
  }, signal);
}

/** The client library keeps it to itself. A server that demands no TLS may speak it all the same. */
function isEncrypted(connection: NatsConnection): boolean | undefined {
  const { protocol } = connection as unknown as {
    readonly protocol?: { readonly transport?: { readonly isEncrypted?: () => boolean } };
  };
  return protocol?.transport?.isEncrypted?.();
}

/** @throws LeaseError `ECONFIG` for a server that lacks what tenure needs. */
export function refuseOld(version: string | undefined): void {
  const [major = 0, minor = 0] = (version ?? "").split(".").map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  throw new LeaseError("ECONFIG", `NATS: server version ${version ?? UNKNOWN} is older than ${OLDEST.join(".")}`);
}

export function guaranteesOf({ info }: ServerFacts): StoreGuarantees {
  const { num_replicas: replicas } = info.config;
  const survivesFailover = replicas >= 3;
  return {
    engine: "nats",
    scope: "network",
    // With several replicas, a server that was the leader a moment ago may still answer reads; its writes fail.
    linearizable: replicas === 1,
    // It acknowledges before it forces to disk, and does not tell when it does.
    durable: false,
    survivesFailover,
    serverClock: false,
    journal: "atomic",
    tellsDeath: false,
    fair: false,
    epochResets: [
      "a power cut, within what sync_interval allows (2 minutes unless it is set), which the server does not tell",
      ...(survivesFailover ? [] : ["loss of the data of its one server"]),
      "a deletion of the bucket",
      "a restored backup",
    ],
  };
}

export function probeOf(storeId: string, facts: ServerFacts): StoreProbe {
  const { config, cluster } = facts.info;
  return {
    engine: "nats",
    storeId,
    facts: {
      version: facts.version,
      server: facts.server,
      bucket: config.name.replace(/^KV_/u, ""),
      storage: config.storage,
      replicas: String(config.num_replicas),
      leader: cluster?.leader ?? (config.num_replicas === 1 ? facts.server : UNKNOWN),
      ...(config.num_replicas > 1 && { behind: behindOf(facts.info) }),
      sync_interval: "unknown: set it to always (2.10 and newer), or a power cut may take acknowledged epochs back",
      tls: facts.isEncrypted === undefined ? UNKNOWN : facts.isEncrypted ? "on" : "off",
    },
    warnings: warningsOf(facts),
  };
}

function warningsOf(facts: ServerFacts): string[] {
  const { config, cluster } = facts.info;
  return [
    ...(cluster !== undefined && cluster.leader === undefined
      ? ["the bucket has no leader: most of the servers that keep it are away"]
      : []),
    ...(config.num_replicas === 2 ? ["two replicas: the loss of either stops both; have one, three or five"] : []),
    ...(config.deny_delete && config.deny_purge
      ? []
      : ["what the bucket holds can be deleted or purged, epochs with it; one that tenure makes forbids it"]),
    ...(facts.isInClear ? ["without TLS, whoever is between can read and change what passes; use natss://"] : []),
  ];
}

function behindOf({ cluster }: StreamInfo): string {
  if (cluster?.replicas === undefined) return UNKNOWN;
  const late = cluster.replicas.filter(({ current }) => !current).map(({ name }) => name);
  return late.length === 0 ? "none" : late.join(", ");
}
