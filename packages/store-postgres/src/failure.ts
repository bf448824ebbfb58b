import { LeaseError, whyNotConnected, type FailureFacts } from "@tenure/core";
import type { FailureCode } from "@tenure/schema";
import { redact } from "@tenure/schema/light";

const AUTHORITY = "sslrootcert=FILE in the URL";
const UNKNOWN = "unknown";
/** What opens is refused with, and what shows later: a statement prepared by one connection is found, or missed, by another. */
export const POOLER: string =
  "a pooler stands in between that shares connections between transactions, so that no change would be heard of; name the server itself, or have it keep one for a session (pool_mode = session)";

/** By SQLSTATE or its first two characters, or by Node's code: what it means for a store, and what to do. */
const hints: Readonly<Record<string, readonly [FailureCode, string]>> = {
  "22P05": ["ESTATECORRUPT", "what stands there is none of what tenure writes; nothing was overwritten"],
  "28": [
    "EPERMISSION",
    "the server refused this user or password; set the user in the URL and the password in a file or PGPASSWORD",
  ],
  "42501": [
    "EPERMISSION",
    "this user may not; let the owner of the tables run tenure init --store … --print-ddl, and grant this user usage, select, insert, update, delete and execute",
  ],
  "26000": ["ECONFIG", POOLER],
  "42P05": ["ECONFIG", POOLER],
  "3D000": ["ESTOREUNAVAILABLE", "there is no such database; create it"],
  "3F000": [
    "ESTOREUNAVAILABLE",
    "the tables of tenure are not there; run what tenure init --store … --print-ddl prints",
  ],
  "42P01": [
    "ESTOREUNAVAILABLE",
    "the tables of tenure are not there; run what tenure init --store … --print-ddl prints",
  ],
  "25006": ["ESTOREUNAVAILABLE", "the server is a standby or read-only; name the primary"],
  "40": ["ESTOREUNAVAILABLE", "the server rolled it back for the sake of others; let tenure have read committed"],
  "53": ["ESTOREUNAVAILABLE", "the server is short of connections, memory or disk"],
  "57014": [
    "ESTOREUNAVAILABLE",
    "the server ended the statement, not the connection; raise statement_timeout for this user if that is why",
  ],
  "57P03": ["ESTOREUNAVAILABLE", "the server starts or stops, and takes no connections at the moment"],
  "57": ["ESTOREUNAVAILABLE", "the server ended the connection"],
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: ["ECONFIG", "sslkey does not belong to sslcert"],
};

/** The server was asked to do something and did not; `doing` reads "read lease orders". What is a `LeaseError` stays what it is. */
export function storeFailure(cause: unknown, doing: string, facts: FailureFacts = {}): LeaseError {
  if (cause instanceof LeaseError) return cause;
  const code = codeOf(cause);
  const said = redact(cause instanceof Error ? cause.message : String(cause));
  const [failure, hint] = hints[code] ?? hints[code.slice(0, 2)] ?? otherHint(code, said);
  const told = code === UNKNOWN ? said : `${said} (${code})`;
  const message = `PostgreSQL: cannot ${doing}: ${[hint, told].filter(Boolean).join(": ")}`;
  return new LeaseError(failure, message, facts, { cause });
}

/** The client library has no code for a password that it lacks, nor for a server that says nothing, or nothing of TLS. */
function otherHint(code: string, said: string): readonly [FailureCode, string] {
  if (/^SASL: .* password must be /u.test(said))
    return [
      "EPERMISSION",
      "the server asks for a password; name a file with it (storePasswordFile), or set PGPASSWORD",
    ];
  if (/connection timeout|timeout exceeded when trying to connect|Query read timeout/u.test(said))
    return ["ESTOREUNAVAILABLE", whyNotConnected("ETIMEDOUT", AUTHORITY) ?? ""];
  if (/does not support SSL/u.test(said))
    return ["ESTOREUNAVAILABLE", "it speaks no TLS; sslmode=disable in the URL does without, and others can read it"];
  if (/Connection terminated unexpectedly|establishing an SSL connection/u.test(said) || code === "ECONNRESET")
    return ["ESTOREUNAVAILABLE", "it ended the connection; does a PostgreSQL server listen there?"];
  return ["ESTOREUNAVAILABLE", whyNotConnected(code, AUTHORITY) ?? ""];
}

/** The transaction was rolled back for the sake of another one: nothing of it took effect. */
export function lostToAnother(error: unknown): boolean {
  return ["40001", "40P01"].includes(codeOf(error));
}

/** The server said no itself, so what it was asked for did not take effect. */
export function refusedByServer(error: unknown): boolean {
  const code = codeOf(error);
  // Class 57 and 08 come when the connection ends, which may be after the commit.
  return /^[0-9A-Z]{5}$/u.test(code) && !code.startsWith("57") && !code.startsWith("08");
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : UNKNOWN;
}
