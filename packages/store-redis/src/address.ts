import { readFileSync } from "node:fs";
import { isLoopback, LeaseError, readNamedFile } from "@tenure/core";
import { redact } from "@tenure/schema/light";
import type { RedisOptions } from "ioredis";

const PORT = 6379;

/**
 * How to reach the server that a URL names: `redis://user@host:6379/0`, or `rediss://` for TLS with its certificate verified, unless
 * the URL says `insecure=true`. `cacert`, `cert` and `key` name files. A password that the URL does not hold comes from `passwordFile`.
 * @throws LeaseError `ECONFIG` for a URL that is none, or a file that cannot be read.
 */
export function addressOf(text: string, passwordFile?: string): RedisOptions {
  const url = parse(text);
  const [ca, cert, key] = (["cacert", "cert", "key"] as const).map((name) => {
    const path = url.searchParams.get(name);
    return path === null ? undefined : contentsOf(path, name);
  });
  const password =
    passwordFile === undefined ? decodeURIComponent(url.password) : contentsOf(passwordFile, "passwordFile").trimEnd();
  const rejectUnauthorized = url.searchParams.get("insecure") !== "true";
  return {
    host: hostOf(url),
    port: Number(url.port || PORT),
    db: Number(url.pathname.slice(1) || 0),
    ...(url.username !== "" && { username: decodeURIComponent(url.username) }),
    ...(password !== "" && { password }),
    ...(url.protocol === "rediss:" && { tls: { rejectUnauthorized, ca, cert, key } }),
  };
}

/** Whether what is said to it can be read on the way. */
export function isInClear({ tls, host = "localhost", path }: RedisOptions): boolean {
  return tls === undefined && (path ?? null) === null && !isLoopback(host);
}

function parse(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^rediss?:$/u.test(url.protocol) && url.hostname !== "" && /^\/?\d*$/u.test(url.pathname))
    return url;
  throw new LeaseError(
    "ECONFIG",
    `${JSON.stringify(redact(text))} is no URL of a Redis server; it reads redis://user@host:6379/0, or rediss:// for TLS`,
  );
}

/** Without the brackets that an IPv6 address has in a URL. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/gu, "");
}

function contentsOf(path: string, name: string): string {
  return readNamedFile(path, name, (named) => readFileSync(named, "utf8"));
}
