import { causeOf, LeaseError, SentError, whyNotConnected, type FailureFacts } from "@tenure/core";
import type { FailureCode } from "@tenure/schema";
import { redact } from "@tenure/schema/light";
import { Grpc, RefusedError } from "./gateway.ts";

/** By what the server said: what it means for a store, and what to do. */
const sayings: readonly (readonly [RegExp, FailureCode, string])[] = [
  [
    /database space exceeded/u,
    "ESTOREUNAVAILABLE",
    "its database is full (alarm NOSPACE) and takes no writes; compact and defragment it, then run etcdctl alarm disarm",
  ],
  [
    /corrupt cluster/u,
    "ESTOREUNAVAILABLE",
    "its data are damaged (alarm CORRUPT); replace the member that the alarm names",
  ],
  [
    /permission denied/u,
    "EPERMISSION",
    "this user may not; grant its role readwrite on the prefix of the store's keys",
  ],
  [/user name is empty/u, "EPERMISSION", "it asks for a user; name one in the URL, and put the password into a file"],
  [/authentication failed/u, "EPERMISSION", "it refused this user or password"],
  [/no leader/u, "ESTOREUNAVAILABLE", "it has no leader: most of its members are away, or cannot reach each other"],
  [
    /not supported for learner/u,
    "ESTOREUNAVAILABLE",
    "this member is a learner, which takes no requests; name one that votes",
  ],
  [/HTTP request to an HTTPS server/u, "ECONFIG", "it speaks TLS; name it as etcds://"],
  [
    /^HTTP 404/u,
    "ESTOREUNAVAILABLE",
    "there is no JSON gateway; it takes etcd 3.4 or newer, started with --enable-grpc-gateway",
  ],
];

const AUTHORITY = "cacert=FILE in the URL";

/** By Node's code: what it means here, where etcd's two schemes may be the reason. */
const codes: Readonly<Record<string, string>> = {
  ECONNRESET: "it ended the connection; one that speaks TLS is named as etcds://, one that speaks no TLS as etcd://",
  EPROTO: "it speaks no TLS, or another one; without TLS it is named as etcd://",
  ERR_SSL_WRONG_VERSION_NUMBER: "it speaks no TLS; name it as etcd://",
  HPE_INVALID_CONSTANT: "what answers there is no etcd, or not the port of its clients",
};

/** Of gRPC: said before anything is carried out. Want of space is none of them: a write that fills the database may be carried out. */
const WITHOUT_EFFECT: ReadonlySet<number> = new Set([
  Grpc.invalidArgument,
  Grpc.notFound,
  Grpc.permissionDenied,
  Grpc.failedPrecondition,
  Grpc.outOfRange,
  Grpc.unimplemented,
  Grpc.unauthenticated,
]);

/** The cluster was asked to do something and did not; `doing` reads "read lease orders". What is a `LeaseError` stays what it is. */
export function storeFailure(error: unknown, doing: string, facts: FailureFacts = {}): LeaseError {
  const cause = causeOf(error);
  if (cause instanceof LeaseError) return cause;
  const said = redact(messageOf(cause).trimEnd());
  const code = codeOf(cause);
  const [failure, hint = ""] = (cause instanceof RefusedError && hintOf(said)) || [
    "ESTOREUNAVAILABLE",
    codes[code] ?? whyNotConnected(code, AUTHORITY),
  ];
  const message = `etcd: cannot ${doing}: ${[hint, `${said} (${code})`].filter(Boolean).join(": ")}`;
  return new LeaseError(failure, message, facts, { cause });
}

/** The server refused the request, so what it was asked for did not take effect. */
export function hadNoEffect(error: unknown): boolean {
  if (!(error instanceof RefusedError)) return !(error instanceof SentError);
  // A 404 comes from something that knows no such request.
  return error.code === undefined ? error.status === 404 : WITHOUT_EFFECT.has(error.code);
}

function hintOf(said: string): readonly [FailureCode, string] | undefined {
  const found = sayings.find(([saying]) => saying.test(said));
  return found === undefined ? undefined : [found[1], found[2]];
}

function codeOf(cause: unknown): string {
  if (cause instanceof RefusedError) return cause.code === undefined ? "no answer of etcd" : `gRPC ${cause.code}`;
  return cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
}

/** A host with several addresses fails with one error for each, and says nothing itself. */
function messageOf(cause: unknown): string {
  if (cause instanceof AggregateError && cause.message === "") return cause.errors.map(messageOf).join("; ");
  return cause instanceof Error ? cause.message : String(cause);
}
