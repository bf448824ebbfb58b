import { LeaseError, type StoreGuarantees, type StoreProbe } from "@tenure/core";
import type { Pool, PoolClient, QueryConfig } from "pg";
import { isThisMachine } from "./connection.ts";
import { POOLER } from "./failure.ts";
import { ANSWER_MS, askBy, connect } from "./session.ts";
import { prepared } from "./statements.ts";

/** What decides whether an acknowledged commit survives. */
export interface ServerFacts {
  readonly version: string;
  readonly isStandby: boolean;
  readonly fsync: boolean;
  readonly fullPageWrites: boolean;
  readonly synchronousCommit: string;
  readonly synchronousStandbys: string;
  readonly standbys: number;
  readonly user: string;
  readonly usesTls: boolean | null;
  /** Whether others could read or change what passes: it is not encrypted, or whoever is at its end was not verified. */
  readonly risk: "in clear" | "not verified" | null;
  /** The process that answers is none that told of itself when the connection was made. */
  readonly isPooled: boolean;
}

/** What its tables and functions are made for, and tested on. */
const OLDEST = 14;
const ROUNDS = 4;
const BACKEND = "pg_backend_pid() as backend";
const QUESTION = prepared(`select ${BACKEND},
  current_setting('server_version') as version,
  pg_is_in_recovery() as "isStandby",
  current_setting('fsync') = 'on' as fsync,
  current_setting('full_page_writes') = 'on' as "fullPageWrites",
  current_setting('synchronous_commit') as "synchronousCommit",
  current_setting('synchronous_standby_names') as "synchronousStandbys",
  (select count(*)::int from pg_stat_replication) as standbys,
  current_user as user,
  (select ssl from pg_stat_ssl where pid = pg_backend_pid()) as "usesTls"`);

interface Backend {
  readonly backend: number;
}

type Answer = Omit<ServerFacts, "risk" | "isPooled"> & Backend;

/** Asked, not assumed. */
export async function askServer(pool: Pool, signal?: AbortSignal): Promise<ServerFacts> {
  const client = await connect(pool, signal);
  const risk = riskOf(client);
  const { processID: told } = client as { readonly processID?: unknown };
  const { rows } = await askBy<Answer>(client, QUESTION, [], { signal, timeoutMs: ANSWER_MS });
  const [facts] = rows;
  if (facts === undefined) throw new LeaseError("ESTOREUNAVAILABLE", "PostgreSQL: the server said nothing of itself");
  return { ...facts, risk, isPooled: typeof told === "number" && told !== facts.backend };
}

/**
 * Whoever is served by another process than before, or by the one that served another, shares connections between transactions. It is
 * asked more than once, since at first they are busy with what makes them ready; behind a pooler that others keep busy it may not show.
 * @throws LeaseError `ECONFIG`.
 */
export async function refuseSharing(pool: Pool, signal?: AbortSignal): Promise<void> {
  const clients: PoolClient[] = [];
  try {
    clients.push(await connect(pool, signal), await connect(pool, signal));
    const seen = new Set<string>();
    const backends = new Set<number>();
    for (let round = 0; round < ROUNDS; round++)
      for (const [at, client] of clients.entries()) {
        const backend = await backendOf(client);
        backends.add(backend);
        seen.add(`${at} ${backend}`);
      }
    if (backends.size !== clients.length || seen.size !== clients.length)
      throw new LeaseError("ECONFIG", `PostgreSQL: ${POOLER}`);
  } finally {
    for (const client of clients) client.release();
  }
}

/** Prepared, it would stay behind with whoever is lent the connection next. */
async function backendOf(client: PoolClient): Promise<number> {
  const { rows } = await client.query<Backend>({ text: `select ${BACKEND}`, query_timeout: ANSWER_MS } as QueryConfig);
  return rows[0]?.backend ?? 0;
}

function riskOf({ host, ssl }: { readonly host?: string; readonly ssl?: unknown }): ServerFacts["risk"] {
  if (isThisMachine(host ?? "")) return null;
  if (typeof ssl === "object" && ssl !== null && "rejectUnauthorized" in ssl && ssl.rejectUnauthorized === false)
    return "not verified";
  return ssl === undefined || ssl === false ? "in clear" : null;
}

/** @throws LeaseError `ECONFIG`, `ESTOREUNAVAILABLE` for a server that cannot keep leases. */
export function refuseUnfit({ version, isStandby: isBehind }: ServerFacts): void {
  if (Number.parseInt(version, 10) < OLDEST)
    throw new LeaseError("ECONFIG", `PostgreSQL: version ${version} is older than ${OLDEST}`);
  if (isBehind) throw isStandby();
}

/** It takes no writes, and what it shows may be of the past. */
export function isStandby(): LeaseError {
  return new LeaseError(
    "ESTOREUNAVAILABLE",
    "PostgreSQL: this server is a standby, which takes no writes; name the primary",
  );
}

export function guaranteesOf(facts: ServerFacts): StoreGuarantees {
  const isDurable = facts.fsync && facts.fullPageWrites && facts.synchronousCommit !== "off";
  const waitsForStandby = facts.synchronousStandbys !== "" && ["on", "remote_apply"].includes(facts.synchronousCommit);
  return {
    engine: "postgres",
    scope: "network",
    linearizable: true,
    durable: isDurable,
    survivesFailover: isDurable && waitsForStandby,
    serverClock: true,
    journal: "atomic",
    tellsDeath: false,
    fair: false,
    epochResets: [
      "a restored backup, or point-in-time recovery",
      ...(waitsForStandby ? [] : ["failover to a standby that had not received the last commit"]),
      ...(isDurable ? [] : ["a crash of the server"]),
      "a drop of the tables",
    ],
  };
}

export function probeOf(storeId: string, facts: ServerFacts): StoreProbe {
  const { version, synchronousCommit, synchronousStandbys, standbys, user, usesTls } = facts;
  const onOff = (on: boolean): string => (on ? "on" : "off");
  return {
    engine: "postgres",
    storeId,
    facts: {
      version,
      role: facts.isStandby ? "standby" : "primary",
      fsync: onOff(facts.fsync),
      synchronous_commit: synchronousCommit,
      standbys: `${standbys}${synchronousStandbys === "" ? "" : `, synchronous: ${synchronousStandbys}`}`,
      user,
      tls: usesTls === null ? "unknown" : onOff(usesTls),
    },
    warnings: warningsOf(facts),
  };
}

function warningsOf(facts: ServerFacts): string[] {
  const others = "whoever is between can read and change what passes";
  const lost = "a crash may take acknowledged epochs back";
  return [
    ...(facts.fsync ? [] : [`fsync is off: ${lost}`]),
    ...(facts.fullPageWrites ? [] : [`full_page_writes is off: ${lost}`]),
    ...(facts.synchronousCommit === "off" ? [`synchronous_commit is off: ${lost}`] : []),
    ...(facts.standbys > 0 && facts.synchronousStandbys === ""
      ? ["its standbys are asynchronous: a failover may take acknowledged epochs back"]
      : []),
    ...(facts.risk === "in clear" ? [`without TLS, ${others}; take sslmode=disable out of the URL`] : []),
    ...(facts.risk === "not verified"
      ? [`the server's certificate is not verified, so ${others}; name its authority with sslrootcert`]
      : []),
  ];
}
