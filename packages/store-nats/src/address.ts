import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import {
  credsAuthenticator,
  nkeyAuthenticator,
  type Authenticator,
  type NodeConnectionOptions,
} from "@nats-io/transport-node";
import { isLoopback, LeaseError, ServerUrl, withoutBrackets, type ServerUrlGrammar } from "@tenure/core";

const grammar: ServerUrlGrammar = {
  reads: "a NATS server; it reads nats://host:4222, with ?server=host:4222 for each further one, or natss:// for TLS",
  schemes: { plain: "nats", secure: "natss" },
  port: 4222,
  parameters: ["server", "bucket", "replicas", "creds", "nkey"],
};
const BUCKET = "tenure";
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
  const url = new ServerUrl(text, grammar, (path) => readFileSync(path, "utf8"));
  const { isSecure, certificates } = url;
  // Before anything tells of the URL: what stands there as a user may be a token.
  const credentials = { ...credentialsOf(url, passwordFile), ...authenticatorOf(url) };
  const [bucket, replicas] = [url.parameter("bucket") ?? BUCKET, Number(url.parameter("replicas") ?? 1)];
  if (!BUCKET_NAME.test(bucket)) throw url.refusal(`names a bucket ${JSON.stringify(bucket)}, which is none`);
  if (![1, 3, 5].includes(replicas))
    throw url.refusal("asks for replicas that are not 1, 3 or 5: of so many, fewer than half can be lost");
  const hosts = url.hosts("server");
  return {
    servers: hosts.map(({ hostname, port }) => ({
      servers: `${hostname}:${port}`,
      ...credentials,
      ...(isSecure && { tls: { ...certificates, ...verifiedAs(withoutBrackets(hostname)) } }),
    })),
    bucket,
    replicas,
    isInClear: !isSecure && !hosts.every(({ hostname }) => isLoopback(hostname)),
  };
}

/** The client library verifies an address as if it were a name, which no certificate has. */
function verifiedAs(host: string): { readonly host?: string } {
  return isIP(host) === 0 ? {} : { host };
}

function credentialsOf(
  url: ServerUrl,
  passwordFile: string | undefined,
): Pick<NodeConnectionOptions, "user" | "pass" | "token"> {
  const [user, secret] = [url.user, url.password(passwordFile)];
  if (user === "") return secret === "" ? {} : { token: secret };
  if (secret !== "") return { user, pass: secret };
  // It may be a token, as the tools of NATS write it; names of users are printed.
  throw new LeaseError(
    "ECONFIG",
    "the URL of the NATS server names a user and no password; put it into a file. A token is written as a password without a user, nats://:TOKEN@host, or comes from that file",
  );
}

function authenticatorOf(url: ServerUrl): { readonly authenticator?: Authenticator } {
  const [creds, nkey] = ["creds", "nkey"].map((name) => {
    const text = url.file(name);
    return text === undefined ? undefined : new TextEncoder().encode(text.trim());
  });
  if (creds !== undefined) return { authenticator: credsAuthenticator(creds) };
  return nkey === undefined ? {} : { authenticator: nkeyAuthenticator(nkey) };
}
