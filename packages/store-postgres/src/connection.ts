import { readFileSync } from "node:fs";
import { isLoopback, LeaseError, readNamedFile, unknownParameterOf } from "@tenure/core";
import { urlForDisplay } from "@tenure/schema/light";
import type { PoolConfig } from "pg";

/** Parts of the URL that are read here and not by the client library. */
const OWN_PARAMETERS = ["sslmode", "sslrootcert", "sslcert", "sslkey", "channel_binding"] as const;
/** Those that it reads. It passes over all others, of which some are a wish for more safety. */
const ITS_PARAMETERS = [
  "host",
  "port",
  "user",
  "password",
  "application_name",
  "options",
  "client_encoding",
  "statement_timeout",
  "lock_timeout",
  "idle_in_transaction_session_timeout",
] as const;
const SSL_MODES = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full", "no-verify"];
/** By which the client library would choose TLS anew. */
const OVERRIDING = ["ssl", "sslnegotiation"];
const CONNECTIONS_MAX = 4;
/** A connection that takes longer is given up, so that it does not keep its place in the pool. */
const CONNECT_MS = 3_000;
/** A connection that has been silent for so long is asked for a sign of life. */
const KEEP_ALIVE_MS = 10_000;

/**
 * How to reach the server that a URL names. Off this machine it is reached by TLS with its certificate verified, unless the URL says
 * otherwise: `sslmode=disable`, or `sslmode=no-verify`. `sslrootcert`, `sslcert` and `sslkey` name files. `channel_binding` binds the
 * password to the connection where the server offers it. A password that the URL does not hold comes from `passwordFile`, `PGPASSWORD` or
 * the file of `PGPASSFILE`; a host that it does not name, from `PGHOST`.
 * @throws LeaseError `ECONFIG` for a URL that is none or has a parameter that is not known, or a file that cannot be read.
 */
export function connectionOf(text: string, passwordFile?: string): PoolConfig {
  const url = parse(text);
  const parameter = (name: (typeof OWN_PARAMETERS)[number]): string | undefined =>
    url.searchParams.get(name) ?? undefined;
  const mode = parameter("sslmode");
  const [rootCertificate, certificate, key] = (["sslrootcert", "sslcert", "sslkey"] as const).map((name) => {
    const path = parameter(name);
    return path === undefined ? undefined : contentsOf(path, name);
  });
  const isPlain = mode === "disable" || (mode === undefined && isThisMachine(hostOf(url)));
  const binding = parameter("channel_binding") ?? "disable";
  // Without a verified certificate nothing would keep whoever answers from not offering it.
  if (binding === "require" && (isPlain || mode === "no-verify"))
    throw new LeaseError(
      "ECONFIG",
      `${urlForDisplay(text)} has channel_binding=require, which takes TLS with a verified certificate`,
    );
  for (const name of OWN_PARAMETERS) url.searchParams.delete(name);
  // Beside the URL it would not count: the client library takes the URL's own, also where it is none.
  if (passwordFile !== undefined)
    url.searchParams.set("password", contentsOf(passwordFile, "passwordFile").replace(/\r?\n$/u, ""));
  return {
    connectionString: url.href,
    max: CONNECTIONS_MAX,
    // Whoever waits for hours must not first connect when its turn comes.
    min: 1,
    keepAlive: true,
    // Without it the first sign of life is asked for after two hours.
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    application_name: "tenure",
    // An idle connection keeps no process alive.
    allowExitOnIdle: true,
    connectionTimeoutMillis: CONNECT_MS,
    enableChannelBinding: binding !== "disable",
    ssl: isPlain ? false : { rejectUnauthorized: mode !== "no-verify", ca: rootCertificate, cert: certificate, key },
  };
}

/** A loopback address, or a socket in the file system. */
export function isThisMachine(host: string): boolean {
  return host === "" || /^(?:\/|%2f)/iu.test(host) || isLoopback(host);
}

function parse(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const refuse = (why: string): never => {
    throw new LeaseError("ECONFIG", `${urlForDisplay(text)} ${why}`);
  };
  if (url === undefined || !/^postgres(?:ql)?:$/u.test(url.protocol))
    return refuse("is no URL of a PostgreSQL server; it reads postgres://user@host:5432/database");
  const overriding = OVERRIDING.find((name) => url.searchParams.has(name));
  if (overriding !== undefined)
    return refuse(`has a parameter ${overriding}; say sslmode=disable, no-verify or verify-full instead`);
  const unknown = unknownParameterOf(url.searchParams, [...OWN_PARAMETERS, ...ITS_PARAMETERS]);
  if (unknown !== null) return refuse(unknown);
  const mode = url.searchParams.get("sslmode");
  if (mode !== null && !SSL_MODES.includes(mode))
    return refuse(`has an sslmode that is none of ${SSL_MODES.join(", ")}`);
  return url;
}

/** As the client library finds it. */
function hostOf({ hostname, searchParams }: URL): string {
  return searchParams.getAll("host").at(-1) || hostname || process.env["PGHOST"] || "";
}

function contentsOf(path: string, name: string): string {
  return readNamedFile(path, name, (named) => readFileSync(named, "utf8"));
}
