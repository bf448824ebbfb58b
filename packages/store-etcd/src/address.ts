import { readFileSync } from "node:fs";
import { ServerUrl, type ServerUrlGrammar } from "@tenure/core";

const grammar: ServerUrlGrammar = {
  reads:
    "an etcd cluster; it reads etcd://host:2379, with ?endpoint=host:2379 for each further member, or etcds:// for TLS",
  schemes: { plain: "etcd", secure: "etcds" },
  port: 2379,
  parameters: ["endpoint"],
};

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
  const url = new ServerUrl(text, grammar, (path) => readFileSync(path, "utf8"));
  const scheme = url.isSecure ? "https:" : "http:";
  return {
    endpoints: url.hosts("endpoint").map(({ hostname, port }) => new URL(`${scheme}//${hostname}:${port}`)),
    ...url.certificates,
    user: userOf(url, passwordFile),
  };
}

function userOf(url: ServerUrl, passwordFile: string | undefined): Address["user"] {
  const [name, password] = [url.user, url.password(passwordFile)];
  if (name !== "") return { name, password };
  if (password === "" && passwordFile === undefined) return null;
  throw url.refusal("names no user, and there is a password for it");
}
