import { JetStreamApiError } from "@nats-io/jetstream";
import { errors } from "@nats-io/transport-node";
import { LeaseError, whyNotConnected, type FailureFacts } from "@tenure/core";
import type { FailureCode } from "@tenure/schema";
import { redact } from "@tenure/schema/light";
import { isNobodyThere, UnreachableError } from "./session.ts";

type Meaning = readonly [FailureCode, string];

const AUTHORITY = "cacert=FILE in the URL, which then reads natss://";

/** By the number that the server gives what went wrong in JetStream. */
export const StreamCode = {
  wrongLastSequence: 10_071,
  /** The same, from 2.11 on in a cluster: another write of the subject is in process, and whether it comes about is not settled. */
  otherInProcess: 10_164,
  notFound: 10_059,
  nameInUse: 10_058,
  storeFailed: 10_077,
} as const;

const streamCodes: Readonly<Record<number, Meaning>> = {
  10_008: ["ESTOREUNAVAILABLE", "its cluster has no leader for JetStream: most of its servers are away"],
  10_009: ["ESTOREUNAVAILABLE", "the bucket has no leader: most of the servers that keep it are away"],
  10_023: ["ESTOREUNAVAILABLE", "it has no room left for JetStream (max_file_store, or the account's limit)"],
  10_039: ["ECONFIG", "JetStream is not enabled for this user's account"],
  10_047: ["ESTOREUNAVAILABLE", "it has no room left for JetStream on disk (max_file_store)"],
  10_074: ["ECONFIG", "it has not as many servers as the bucket is to have replicas"],
  10_076: ["ECONFIG", "JetStream is not enabled for this user's account, or not on this server (-js)"],
};

/** The server was asked to do something and did not; `doing` reads "read lease orders". What is a `LeaseError` stays what it is. */
export function storeFailure(error: unknown, doing: string, facts: FailureFacts = {}): LeaseError {
  const cause = error instanceof errors.RequestError && error.cause !== undefined ? error.cause : error;
  if (cause instanceof LeaseError) return cause;
  const said = redact(cause instanceof Error ? cause.message : String(cause));
  const [code, hint] = meaningOf(cause instanceof UnreachableError ? cause.cause : cause);
  const message = `NATS: cannot ${doing}: ${[hint, said].filter(Boolean).join(": ")}`;
  return new LeaseError(code, message, facts, { cause });
}

export function isStreamCode(error: unknown, code: number): boolean {
  return error instanceof JetStreamApiError && error.code === code;
}

/** Another write of the same subject came first. */
export function isLostRace(error: unknown): boolean {
  return isStreamCode(error, StreamCode.wrongLastSequence) || isStreamCode(error, StreamCode.otherInProcess);
}

function meaningOf(cause: unknown): Meaning {
  const answer = cause instanceof Error && cause.cause instanceof JetStreamApiError ? cause.cause : cause;
  if (answer instanceof JetStreamApiError) return streamCodes[answer.code] ?? ["ESTOREUNAVAILABLE", ""];
  if (isNobodyThere(cause))
    return ["ESTOREUNAVAILABLE", "JetStream does not answer: it is not enabled (-js), or not ready yet"];
  if (cause instanceof errors.PermissionViolationError)
    return ["EPERMISSION", "this user may not; docs/operations.md of tenure names the subjects it needs"];
  if (cause instanceof errors.AuthorizationError || cause instanceof errors.UserAuthenticationExpiredError)
    return ["EPERMISSION", "the server refused this user, password, token or credentials file"];
  if (!(cause instanceof Error)) return ["ESTOREUNAVAILABLE", ""];
  const inner = cause.cause instanceof Error && "code" in cause.cause ? cause.cause : cause;
  if (/support 'tls'|'tls' is not available/u.test(cause.message))
    return ["ESTOREUNAVAILABLE", "it speaks no TLS; without TLS it is named as nats://"];
  if (cause instanceof errors.TimeoutError) return ["ESTOREUNAVAILABLE", whyNotConnected("ETIMEDOUT", AUTHORITY) ?? ""];
  if (/undefined error|unexpected response/u.test(cause.message))
    return ["ESTOREUNAVAILABLE", "it ended the connection, or is no NATS server"];
  const code = "code" in inner ? String(inner.code) : "";
  return ["ESTOREUNAVAILABLE", whyNotConnected(code, AUTHORITY) ?? ""];
}
