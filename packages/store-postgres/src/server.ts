import { LeaseError, type StoreGuarantees, type StoreProbe } from "@tenure/core";
import type { Pool } from "pg";
import { isThisMachine } from "./connection.ts";
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
}

const QUESTION = prepared(`select
  current_setting('server_version') as version,
  pg_is_in_recovery() as "isStandby",
  current_setting('fsync') = 'on' as fsync,
  current_setting('full_page_writes') = 'on' as "fullPageWrites",
  current_setting('synchronous_commit') as "synchronousCommit",
  current_setting('synchronous_standby_names') as "synchronousStandbys",
  (select count(*)::int from pg_stat_replication) as standbys,
  current_user as user,
  (select ssl from pg_stat_ssl where pid = pg_backend_pid()) as "usesTls"`);

/** Asked, not assumed. */
export async function askServer(pool: Pool, signal?: AbortSignal): Promise<ServerFacts> {
  const client = await connect(pool, signal);
  const risk = riskOf(client);
  const { rows } = await askBy<Omit<ServerFacts, "risk">>(client, QUESTION, [], { signal, timeoutMs: ANSWER_MS });
  const [facts] = rows;
  if (facts === undefined) throw new LeaseError("ESTOREUNAVAILABLE", "PostgreSQL: the server said nothing of itself");
  return { ...facts, risk };
}

function riskOf({ host, ssl }: { readonly host?: string; readonly ssl?: unknown }): ServerFacts["risk"] {
  if (isThisMachine(host ?? "")) return null;
  if (typeof ssl === "object" && ssl !== null && "rejectUnauthorized" in ssl && ssl.rejectUnauthorized === false)
    return "not verified";
  return ssl === undefined || ssl === false ? "in clear" : null;
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
