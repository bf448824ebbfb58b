import { readFileSync } from "node:fs";
import { LeaseError, readNamedFile } from "@tenure/core";
import { redact } from "@tenure/schema/light";

const DEFAULT_PORT = "2379";
/** What may stand behind the question mark of the URL. */
const PARAMETERS: ReadonlySet<string> = new Set(["endpoint", "cacert", "cert", "key"]);

/** How a cluster is reached. */
export interface Address {
  /** Of its members, in the order in which they are tried. */
  readonly endpoints: readonly URL[];
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly user: { readonly name: string; readonly password: string } | null;
}

/**
 * How to reach the cluster that a URL names: `etcd://host:2379`, or `etcds://` for TLS with a verified certificate. Each `endpoint` names
 * another member; `cacert`, `cert` and `key` name files. A password that the URL does not hold comes from `passwordFile`.
 * @throws LeaseError `ECONFIG` for a URL that is none, or a file that cannot be read.
 */
export function addressOf(text: string, passwordFile?: string): Address {
  const url = parse(text);
  const scheme = url.protocol === "etcds:" ? "https:" : "http:";
  const parameter = (name: string): string | undefined => url.searchParams.get(name) ?? undefined;
  const file = (name: string): string | undefined => {
    const path = parameter(name);
    return path === undefined ? undefined : contentsOf(path, name);
  };
  const files = { ca: file("cacert"), cert: file("cert"), key: file("key") };
  if (scheme === "http:" && Object.values(files).some((it) => it !== undefined))
    throw new LeaseError("ECONFIG", `${redact(text)} names certificates, which are for etcds://, and reads etcd://`);
  const hosts = [url.host, ...url.searchParams.getAll("endpoint")];
  return {
    endpoints: hosts.map((host) => endpointOf(scheme, host, text)),
    ...files,
    user: userOf(url, text, passwordFile),
  };
}

function parse(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^etcds?:$/u.test(url.protocol) || url.host === "" || !["", "/"].includes(url.pathname))
    throw noAddress(text);
  const unknown = [...url.searchParams.keys()].find((name) => !PARAMETERS.has(name));
  if (unknown !== undefined)
    throw new LeaseError(
      "ECONFIG",
      `${redact(text)} has a parameter ${JSON.stringify(unknown)}; known are ${[...PARAMETERS].join(", ")}`,
    );
  return url;
}

function endpointOf(scheme: string, host: string, text: string): URL {
  const written = `${scheme}//${host}`;
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (url === undefined || url.pathname !== "/" || url.username !== "" || url.search !== "") throw noAddress(text);
  // The scheme's own port is dropped from what is written: with none, etcd's is meant.
  if (!/:\d+$/u.test(host)) url.port = DEFAULT_PORT;
  return url;
}

function userOf({ username, password }: URL, text: string, passwordFile: string | undefined): Address["user"] {
  if (username === "") {
    if (password === "" && passwordFile === undefined) return null;
    throw new LeaseError("ECONFIG", `there is a password for ${redact(text)}, which names no user`);
  }
  try {
    return {
      name: decodeURIComponent(username),
      password:
        passwordFile === undefined
          ? decodeURIComponent(password)
          : contentsOf(passwordFile, "passwordFile").replace(/\r?\n$/u, ""),
    };
  } catch (error) {
    if (error instanceof LeaseError) throw error;
    throw noAddress(text, error);
  }
}

function contentsOf(path: string, name: string): string {
  return readNamedFile(path, name, (named) => readFileSync(named, "utf8"));
}

function noAddress(text: string, cause?: unknown): LeaseError {
  const message = `${JSON.stringify(redact(text))} is no URL of an etcd cluster; it reads etcd://host:2379, with ?endpoint=host:2379 for each further member, or etcds:// for TLS`;
  return new LeaseError("ECONFIG", message, {}, cause === undefined ? {} : { cause });
}
