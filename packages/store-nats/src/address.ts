import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import {
  credsAuthenticator,
  nkeyAuthenticator,
  type Authenticator,
  type NodeConnectionOptions,
} from "@nats-io/transport-node";
import { isLoopback, LeaseError, readNamedFile } from "@tenure/core";
import { redact } from "@tenure/schema/light";

const PORT = "4222";
const BUCKET = "tenure";
/** What may stand behind the question mark of the URL. */
const PARAMETERS: ReadonlySet<string> = new Set([
  "server",
  "bucket",
  "replicas",
  "cacert",
  "cert",
  "key",
  "creds",
  "nkey",
]);
const BUCKET_NAME = /^[\w-]{1,64}$/u;

/** How a server is reached, and which bucket is meant. */
export interface Address {
  /** One for each server, in the order in which they are tried. */
  readonly servers: readonly NodeConnectionOptions[];
  readonly bucket: string;
  /** Of a bucket that is made. */
  readonly replicas: number;
  /** What is said to it can be read on the way. */
  readonly isInClear: boolean;
}

/**
 * How to reach the server that a URL names: `nats://user@host:4222`, or `natss://` for TLS that is asked for, with its certificate
 * verified. Each `server` names a further one of the cluster; `bucket` the bucket, `replicas` how often one that is made keeps each write;
 * `cacert`, `cert`, `key`, `creds` and `nkey` name files. A password, or where there is no user a token, that the URL does not hold comes
 * from `passwordFile`.
 * @throws LeaseError `ECONFIG` for a URL that is none, or a file that cannot be read.
 */
export function addressOf(text: string, passwordFile?: string): Address {
  const url = parse(text);
  const parameter = (name: string): string | undefined => url.searchParams.get(name) ?? undefined;
  const file = (name: string): string | undefined => {
    const path = parameter(name);
    return path === undefined ? undefined : contentsOf(path, name);
  };
  const [ca, cert, key] = [file("cacert"), file("cert"), file("key")];
  const tls = {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
  const isSecure = url.protocol === "natss:";
  if (!isSecure && Object.keys(tls).length > 0)
    throw new LeaseError("ECONFIG", `${redact(text)} names certificates, which are for natss://, and reads nats://`);
  const [bucket, replicas] = [parameter("bucket") ?? BUCKET, Number(parameter("replicas") ?? 1)];
  if (!BUCKET_NAME.test(bucket))
    throw new LeaseError("ECONFIG", `${redact(text)} names a bucket ${JSON.stringify(bucket)}, which is none`);
  if (![1, 3, 5].includes(replicas))
    throw new LeaseError("ECONFIG", `${redact(text)}: replicas is 1, 3 or 5, so that one of them can be lost`);
  const servers = [url.host, ...url.searchParams.getAll("server")].map((host) => serverOf(host, text));
  const credentials = { ...credentialsOf(url, text, passwordFile), ...authenticatorOf(file) };
  return {
    servers: servers.map(({ host, hostname }) => ({
      servers: host,
      ...credentials,
      // The client library verifies an address as if it were a name, which no certificate has.
      ...(isSecure && { tls: { ...tls, ...(isIP(bare(hostname)) !== 0 && { host: bare(hostname) }) } }),
    })),
    bucket,
    replicas,
    isInClear: !isSecure && !servers.every(({ hostname }) => isLoopback(hostname)),
  };
}

function parse(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^natss?:$/u.test(url.protocol) || url.host === "" || !["", "/"].includes(url.pathname))
    throw noAddress(text);
  const unknown = [...url.searchParams.keys()].find((name) => !PARAMETERS.has(name));
  if (unknown !== undefined)
    throw new LeaseError(
      "ECONFIG",
      `${redact(text)} has a parameter ${JSON.stringify(unknown)}; known are ${[...PARAMETERS].join(", ")}`,
    );
  return url;
}

function serverOf(host: string, text: string): URL {
  const written = `nats://${host}`;
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (url === undefined || url.pathname !== "" || url.username !== "" || url.search !== "") throw noAddress(text);
  if (url.port === "") url.port = PORT;
  return url;
}

/** Without the brackets that an IPv6 address has in a URL. */
function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/gu, "");
}

function credentialsOf(
  url: URL,
  text: string,
  passwordFile: string | undefined,
): Pick<NodeConnectionOptions, "user" | "pass" | "token"> {
  const [user, password] = [url.username, url.password].map((part) => decoded(part, text));
  const secret =
    passwordFile === undefined ? password : contentsOf(passwordFile, "passwordFile").replace(/\r?\n$/u, "");
  const hasSecret = secret !== undefined && secret !== "";
  if (user === undefined || user === "") return hasSecret ? { token: secret } : {};
  if (hasSecret) return { user, pass: secret };
  // It may be a token, as the tools of NATS write it; names of users are printed.
  throw new LeaseError(
    "ECONFIG",
    "the URL of the NATS server names a user and no password; put it into a file. A token is written as a password without a user, nats://:TOKEN@host, or comes from that file",
  );
}

function authenticatorOf(file: (name: string) => string | undefined): { readonly authenticator?: Authenticator } {
  const [creds, nkey] = [file("creds"), file("nkey")].map((text) =>
    text === undefined ? undefined : new TextEncoder().encode(text.trim()),
  );
  if (creds !== undefined) return { authenticator: credsAuthenticator(creds) };
  return nkey === undefined ? {} : { authenticator: nkeyAuthenticator(nkey) };
}

function decoded(part: string, text: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    throw noAddress(text, error);
  }
}

function contentsOf(path: string, name: string): string {
  return readNamedFile(path, name, (named) => readFileSync(named, "utf8"));
}

function noAddress(text: string, cause?: unknown): LeaseError {
  const message = `${JSON.stringify(redact(text))} is no URL of a NATS server; it reads nats://host:4222, with ?server=host:4222 for each further one, or natss:// for TLS`;
  return new LeaseError("ECONFIG", message, {}, cause === undefined ? {} : { cause });
}
