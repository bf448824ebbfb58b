import { readFileSync } from "node:fs";
import { isLoopback, ServerUrl, withoutBrackets, type ServerUrlGrammar } from "@tenure/core";
import type { RedisOptions } from "ioredis";

const grammar: ServerUrlGrammar = {
  reads: "a Redis server; it reads redis://user@host:6379/0, or rediss:// for TLS",
  schemes: { plain: "redis", secure: "rediss" },
  port: 6379,
  parameters: ["insecure"],
  path: /^\/?\d*$/u,
};

/**
 * How to reach the server that a URL names: `redis://user@host:6379/0`, or `rediss://` for TLS with its certificate verified, unless
 * the URL says `insecure=true`. `cacert`, `cert` and `key` name files. A password that the URL does not hold comes from `passwordFile`.
 * @throws LeaseError `ECONFIG` for a URL that is none, or a file that cannot be read.
 */
export function addressOf(text: string, passwordFile?: string): RedisOptions {
  const url = new ServerUrl(text, grammar, (path) => readFileSync(path, "utf8"));
  const { user, certificates, isSecure, path } = url;
  const password = url.password(passwordFile);
  const rejectUnauthorized = url.parameter("insecure") !== "true";
  return {
    ...hostOf(url),
    db: Number(path.slice(1) || 0),
    ...(user !== "" && { username: user }),
    ...(password !== "" && { password }),
    ...(isSecure && { tls: { rejectUnauthorized, ...certificates } }),
  };
}

/** Whether what is said to it can be read on the way. */
export function isInClear({ tls, host = "localhost", path }: RedisOptions): boolean {
  return tls === undefined && (path ?? null) === null && !isLoopback(host);
}

function hostOf(url: ServerUrl): Pick<RedisOptions, "host" | "port"> {
  const [first] = url.hosts();
  return first === undefined ? {} : { host: withoutBrackets(first.hostname), port: first.port };
}
