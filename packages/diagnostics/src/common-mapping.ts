import type { EvidenceKind, Mapping, MessagePattern } from "@tenure/schema";

/** A pattern for each way of saying the same. */
function said(kind: EvidenceKind, ways: readonly string[], set?: MessagePattern["set"]): MessagePattern {
  return { kind, match: ways.join("|"), ...(set !== undefined && { set }) };
}

/** client-go before and after its structured logs: `acquired lease ns/name`, `"acquired lease" lock="ns/name"`. */
const lease = '"? (?:lock=")?(?<lease>[^\\s":]+)';
/** A leader that its own log does not name is called as its log is. */
const byLog = { holder: "/log" };

/** What widely used clients and kernels say, in any log. Only lines that say it in so many words. */
export const commonMapping: Mapping = {
  name: "common",
  messages: [
    { kind: "acquired", match: `[Ss]uccessfully acquired lease${lease}`, facts: byLog },
    { kind: "acquired", match: "^(?<holder>\\S+) became leader$" },
    {
      kind: "registered",
      match: "(?:message=\"|'LeaderElection' )(?<holder>\\S+) became leader",
      facts: { instance: "/log" },
    },
    { kind: "renewed", match: `[Ss]uccessfully renewed lease${lease}`, facts: byLog },
    { kind: "held-seen", match: "lock is held by (?<holder>\\S+) and has not yet expired" },
    // Somebody who tried once; that is no poll.
    said("held-seen", ["\\bELOCKED\\b|Lock file is already being held"], { label: "try" }),
    { kind: "lost", match: `[Ff]ailed to renew lease${lease}`, facts: byLog },
    { kind: "lost", match: "^(?<holder>\\S+) stopped leading$" },
    said("lost", [
      "[Ff]ailed to renew lease",
      "leader ?election lost",
      "stopped leading",
      "ECOMPROMISED",
      "lock (?:was |is )?compromised",
      "Unable to update lock within the stale threshold",
      "etcdserver: requested lease not found",
      "Session (?:'[^']*' )?TTL expired",
      'invalid session "',
    ]),
    {
      kind: "renew-conflict",
      match:
        "Operation cannot be fulfilled on leases|the object has been modified; please apply|\\bENOTACQUIRED\\b|Lock is not acquired/owned by you",
      facts: byLog,
    },
    {
      kind: "renew-failed",
      match:
        "[Ee]rror retrieving (?:resource|lease) lock|[Ff]ailed to update (?:lock|lease)(?! optimistically)|could not renew lock for job",
      facts: byLog,
    },
    said(
      "store-trouble",
      [
        "apply request took too long",
        "took too long to execute",
        "slow fdatasync",
        "failed to send out heartbeat on time",
        "waiting for ReadIndex response took too long",
      ],
      { label: "slow" },
    ),
    said(
      "store-trouble",
      [
        "ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH",
        "connection refused|no such host",
        "context deadline exceeded|request timed out",
      ],
      { label: "unreachable" },
    ),
    said(
      "store-trouble",
      [
        "etcdserver: (?:leader changed|no leader)",
        "elected leader .* at term|lost leader \\S+ at term|changed leader from ",
        "No cluster leader|cluster leadership lost|heartbeat timeout reached, starting election",
      ],
      { label: "failover" },
    ),
    said("connection-closed", [
      "terminating connection due to",
      "server closed the connection unexpectedly|Connection terminated unexpectedly",
      "(?:recycl|retir)(?:ing|ed) connection|connection .{0,40}max(?:imum)? lifetime",
    ]),
    said("permission-denied", ["\\bEACCES\\b|\\bEPERM\\b", "is forbidden: ", "Unauthorized", "[Pp]ermission denied"]),
    said("loop-stalled", ["event loop (?:blocked|stalled|lag)"]),
    said("cpu-starved", [
      "soft lockup - CPU",
      "self-detected stall",
      "CPU (?:throttl|starv)(?:ing|ed|ation)",
      "[Tt]hread starvation",
    ]),
    said("suspended", ["PM: suspend (?:entry|exit)", "Entering sleep state '", "System returned from sleep"]),
    said("clock-stepped", ["(?:System )?clock (?:wrong by|was stepped|jumped)", "Time has been changed"]),
    { kind: "killed", match: "Killing process (?<pid>\\d+) \\(.*\\) with signal SIGABRT" },
    { kind: "spawned", match: "Scheduled restart job, restart counter is at \\d+" },
    said("gave-up", ["Start request repeated too quickly"]),
    said(
      "state-torn",
      [
        "[Uu]nexpected end of JSON input|Unterminated string in JSON|is not valid JSON",
        "Unexpected token .* in JSON at position|invalid character .* looking for beginning of value",
      ],
      { label: "told" },
    ),
  ],
};
