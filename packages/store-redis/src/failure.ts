import { LeaseError, whyNotConnected, type FailureFacts } from "@tenure/core";
import type { FailureCode } from "@tenure/schema";
import { redact } from "@tenure/schema/light";

const AUTHORITY = "cacert=FILE in the URL";
const MAY_NOT: readonly [FailureCode, string] = [
  "EPERMISSION",
  "this user may not; grant it eval, evalsha, hset, hget, hmget, hsetnx, hkeys, del, xadd, xrange, xrevrange, time, publish, subscribe, info, select and config|get on the keys and the channel of tenure",
];
const WRONG_SECRET: readonly [FailureCode, string] = [
  "EPERMISSION",
  "the server refused this user or password; set the user in the URL and the password in a file",
];

const ENDED = "it ended the connection; one that speaks TLS is named as rediss://, one that speaks none as redis://";
const NO_TLS = "it speaks no TLS; name it as redis://";

/** By the first word of what the server said, by Node's code, or by what `sayings` has: what it means for a store, and what to do. */
const hints: Readonly<Record<string, readonly [FailureCode, string]>> = {
  WRONGPASS: WRONG_SECRET,
  NOAUTH: WRONG_SECRET,
  NOPERM: MAY_NOT,
  READONLY: ["ESTOREUNAVAILABLE", "the server is a replica, which takes no writes; name the primary"],
  MISCONF: ["ESTOREUNAVAILABLE", "the server cannot write to its disk, and takes no writes until it can"],
  OOM: ["ESTOREUNAVAILABLE", "the server is out of memory (maxmemory); raise maxmemory, or have it keep less"],
  NOREPLICAS: ["ESTOREUNAVAILABLE", "the server has fewer replicas than min-replicas-to-write asks for"],
  LOADING: ["ESTOREUNAVAILABLE", "the server is still reading its data"],
  MASTERDOWN: ["ESTOREUNAVAILABLE", "the server is a replica that has lost its primary; name the primary"],
  MOVED: [
    "ESTOREUNAVAILABLE",
    "the server is one of a cluster, which tenure does not follow; name a server that stands alone",
  ],
  CROSSSLOT: ["ESTOREUNAVAILABLE", "the server is one of a cluster; name a server that stands alone"],
  WRONGTYPE: ["ESTATECORRUPT", "something else than tenure wrote a key of its own; nothing was overwritten"],
  NODATABASE: [
    "ECONFIG",
    "the server has not got the database that the URL names; name another (the setting databases)",
  ],
  NOREDIS: ["ESTOREUNAVAILABLE", "what answers there is no Redis"],
  ECONNRESET: ["ESTOREUNAVAILABLE", ENDED],
  EPIPE: ["ESTOREUNAVAILABLE", ENDED],
  EPROTO: ["ESTOREUNAVAILABLE", NO_TLS],
  ERR_SSL_WRONG_VERSION_NUMBER: ["ESTOREUNAVAILABLE", NO_TLS],
};

/** What has no word of its own. */
const sayings: readonly (readonly [RegExp, keyof typeof hints])[] = [
  [/^ERR The user executing the script can't /u, "NOPERM"],
  [/^ERR DB index is out of range/u, "NODATABASE"],
  [/^ERR SELECT is not allowed in cluster mode/u, "CROSSSLOT"],
  [/^Unknown RESP type/u, "NOREDIS"],
  [/^Connection is closed/u, "ECONNRESET"],
];

/** The server was asked to do something and did not; `doing` reads "read lease orders". What is a `LeaseError` stays what it is. */
export function storeFailure(cause: unknown, doing: string, facts: FailureFacts = {}): LeaseError {
  if (cause instanceof LeaseError) return cause;
  const said = redact(cause instanceof Error ? cause.message.trimEnd() : String(cause));
  const code = codeOf(cause);
  const [failure, hint = ""] = hints[code] ?? (["ESTOREUNAVAILABLE", whyNotConnected(code, AUTHORITY)] as const);
  const message = `Redis: cannot ${doing}: ${[hint, said].filter(Boolean).join(": ")}`;
  return new LeaseError(failure, message, facts, { cause });
}

/** The server said no itself, so what it was asked for did not take effect. */
export function refusedByServer(error: unknown): boolean {
  return error instanceof Error && error.name === "ReplyError";
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const said = sayings.find(([saying]) => saying.test(error.message));
  if (said !== undefined) return said[1];
  // What a script ran into is told with the place in the script before or after it.
  if (refusedByServer(error)) return /(?:^|-|: )([A-Z]{3,})\b/u.exec(error.message)?.[1] ?? "";
  return "code" in error ? String(error.code) : "";
}
