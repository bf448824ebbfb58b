import { LeaseError, type StoreGuarantees, type StoreProbe } from "@tenure/core";
import { isInClear } from "./address.ts";
import type { Session } from "./session.ts";

/** Ranges of the journal are asked for as this one reads them. */
const OLDEST = [6, 2] as const;
const UNKNOWN = "unknown";

/** What decides whether an acknowledged commit survives. What the server may not be asked is `unknown`. */
export interface ServerFacts {
  readonly product: "Redis" | "Valkey";
  readonly version: string;
  readonly role: string;
  readonly replicas: number;
  /** `standalone`, `cluster` or `sentinel`. */
  readonly mode: string;
  readonly appendOnly: boolean;
  readonly appendFsync: string;
  /** When a snapshot is written; empty: never. */
  readonly save: string;
  readonly maxMemory: number;
  readonly evictionPolicy: string;
  readonly isInClear: boolean;
  /** It speaks TLS, with whoever answers. */
  readonly isUnverified: boolean;
}

/** Asked, not assumed. */
export async function askServer(session: Session, signal?: AbortSignal): Promise<ServerFacts> {
  const info = fieldsOf(String(await session.ask((client) => client.info(), signal)));
  const setting = async (name: string): Promise<string> => {
    // A hosted server often forbids it.
    const found = await session.ask((client) => client.call("CONFIG", "GET", name).catch(ignoreRefusal), signal);
    return valueIn(found) ?? UNKNOWN;
  };
  const isValkey = info.get("server_name") === "valkey";
  return {
    product: isValkey ? "Valkey" : "Redis",
    version: info.get(isValkey ? "valkey_version" : "redis_version") ?? UNKNOWN,
    role: info.get("role") === "master" ? "primary" : info.get("role") === "slave" ? "replica" : UNKNOWN,
    replicas: Number(info.get("connected_slaves") ?? 0),
    mode: info.get("redis_mode") ?? UNKNOWN,
    appendOnly: info.get("aof_enabled") === "1",
    appendFsync: await setting("appendfsync"),
    save: await setting("save"),
    maxMemory: Number(info.get("maxmemory") ?? 0),
    evictionPolicy: info.get("maxmemory_policy") ?? UNKNOWN,
    isInClear: isInClear(session.options),
    isUnverified: session.options.tls?.rejectUnauthorized === false,
  };
}

/** @throws LeaseError `ESTOREUNAVAILABLE`, `ECONFIG` for a server that cannot keep leases, with what to set. */
export function refuseUnfit(facts: ServerFacts): void {
  const { product, version, role, evictionPolicy: policy } = facts;
  const refuse = (code: "ECONFIG" | "ESTOREUNAVAILABLE", why: string): never => {
    throw new LeaseError(code, `${product}: ${why}`);
  };
  if (role === "replica")
    refuse("ESTOREUNAVAILABLE", "this server is a replica, which takes no writes; name the primary");
  if (facts.mode === "sentinel")
    refuse("ECONFIG", "this server is a Sentinel, which keeps nothing and is asked nothing; name the primary");
  if (facts.mode === "cluster")
    refuse("ECONFIG", "this server is one of a cluster, which tenure does not follow; name one that stands alone");
  if (product === "Redis" && isOlder(version))
    refuse("ECONFIG", `version ${version} is older than ${OLDEST.join(".")}`);
  if (facts.maxMemory > 0 && policy.startsWith("allkeys-"))
    refuse(
      "ECONFIG",
      `maxmemory-policy ${policy} lets the server drop leases when memory is short; set it to noeviction`,
    );
  if (!facts.appendOnly && facts.save === "")
    refuse(
      "ECONFIG",
      "this server writes nothing to disk, so a restart would begin the epochs again; set appendonly yes and appendfsync always",
    );
}

export function guaranteesOf(facts: ServerFacts): StoreGuarantees {
  const isDurable = facts.appendOnly && facts.appendFsync === "always";
  return {
    engine: "redis",
    scope: "network",
    linearizable: true,
    durable: isDurable,
    // Replication is asynchronous, and no setting makes it otherwise.
    survivesFailover: false,
    serverClock: true,
    journal: "atomic",
    tellsDeath: false,
    fair: false,
    epochResets: [
      "best effort: a failover to a replica that had not received the last commits",
      ...(isDurable ? [] : [`a crash of the server (${persistenceOf(facts)})`]),
      "FLUSHALL, FLUSHDB, or eviction",
      "a restored backup",
    ],
  };
}

export function probeOf(storeId: string, facts: ServerFacts): StoreProbe {
  return {
    engine: "redis",
    storeId,
    facts: {
      promise: "best effort",
      product: facts.product,
      version: facts.version,
      role: facts.role,
      replicas: `${facts.replicas}, asynchronous`,
      persistence: persistenceOf(facts),
      "maxmemory-policy": facts.evictionPolicy,
    },
    warnings: warningsOf(facts),
  };
}

function persistenceOf({ appendOnly, appendFsync, save }: ServerFacts): string {
  if (appendOnly) return `appendonly yes, appendfsync ${appendFsync}`;
  return save === "" ? "none" : `appendonly no, save ${save}`;
}

function warningsOf(facts: ServerFacts): string[] {
  const { appendOnly, appendFsync, replicas, role, evictionPolicy: policy } = facts;
  const back = "may take acknowledged epochs back";
  const readable = "whoever is between can read and change what passes";
  return [
    ...(role === "primary" ? [] : [`its role is ${role}: it takes no writes`]),
    ...(appendOnly && appendFsync === "always"
      ? []
      : [`${persistenceOf(facts)}: a crash ${back}; set appendonly yes and appendfsync always`]),
    ...(replicas > 0 ? [`best effort: its replicas are asynchronous, and a failover ${back}`] : []),
    ...(policy === "noeviction" ? [] : [evictionWarning(policy)]),
    ...(facts.isInClear ? [`without TLS, ${readable}; use rediss://`] : []),
    ...(facts.isUnverified
      ? [`its certificate is not verified: ${readable}; name its authority with cacert=FILE in place of insecure=true`]
      : []),
  ];
}

function evictionWarning(policy: string): string {
  if (policy.startsWith("volatile-"))
    return `maxmemory-policy is ${policy}: it spares what tenure keeps, which never expires, but writes fail when memory is full of it`;
  return `maxmemory-policy is ${policy}: leases are dropped when memory is short; set it to noeviction`;
}

function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}

function fieldsOf(info: string): ReadonlyMap<string, string> {
  const lines = info.split("\r\n").filter((line) => line.includes(":"));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]));
}

/** A name and its value, or nothing. */
function valueIn(found: unknown): string | undefined {
  return Array.isArray(found) && found[1] !== undefined ? String(found[1]) : undefined;
}

function ignoreRefusal(error: unknown): null {
  if (error instanceof Error && error.name === "ReplyError") return null;
  throw error;
}
