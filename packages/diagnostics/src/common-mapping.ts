import type { EvidenceKind, Mapping, MessagePattern } from "@tenure/schema";
import { COLLECTION, OUT_OF_MEMORY, POLL, WATCHDOG } from "./labels.ts";

/** A pattern for each way of saying the same. */
function said(kind: EvidenceKind, ways: readonly string[], set?: MessagePattern["set"]): MessagePattern {
  return { kind, match: ways.join("|"), ...(set !== undefined && { set }) };
}

/** client-go before and after its structured logs: `acquired lease ns/name`, `"acquired lease" lock="ns/name"`. */
const lease = '"? (?:lock=")?(?<lease>[^\\s":]+)';
const loop = "(?:[Ee]vent|EVENT)[ -](?:[Ll]oop|LOOP)";

/** How systemd names the signals that end a process, and the exit codes that shells give them. */
const signals = [
  ["ABRT", 134],
  ["KILL", 137],
  ["SEGV", 139],
  ["TERM", 143],
] as const;

/** Which unit systemd speaks of. */
const unit = "(?:(?<instance>[^\\s:]{1,256}\\.service): )?";

/** A leader that its own log does not name is called as its log is. */
const byLog = { holder: "/log" };

/** What widely used clients and kernels say, in any log. Only lines that say it in so many words. */
export const commonMapping: Mapping = {
  name: "common",
  messages: [
    { kind: "acquired", match: `[Ss]uccessfully acquired lease${lease}`, facts: byLog },
    { kind: "acquired", match: "^(?<holder>\\S+) became leader$" },
    {
      kind: "acquired",
      match:
        "^(?:\\[Controller id=\\d+\\] )?(?<holder>\\d+) successfully elected as the controller.{0,40} (?<epoch>\\d+)\\b",
    },
    { kind: "acquired", match: "acquired lock, enabling active operation", facts: byLog },
    { kind: "acquired", match: "[Gg]ranted leadership", facts: byLog },
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
      "[Ll]eader ?election lost",
      "stopped leading",
      "(?<!cluster )[Ll]eadership lost|[Ll]ost (?:its )?leadership|[Rr]evoked leadership",
      "^(?:\\[Controller id=\\d+\\] )?Resigned \\(kafka",
      "session 0x[0-9a-f]+ has expired|[Zz]oo[Kk]eeper session expired",
      "has failed, removing it from the group|on heartbeat expiration",
      "[Ll]ost (?:the )?(?:advisory |leader )?(?:lock|lease)\\b|(?:[Ll]ock|[Ll]ease)(?: \\S+)? (?:was )?lost\\b",
      "[Dd]emot(?:ed|ing) self because",
      "no longer (?:the )?leader|no longer own(?:ed|s)",
      "State change: LOST",
      "recovered by another instance in the cluster",
      "ECOMPROMISED",
      "[Ll]ock (?:was |is )?compromised",
      "Unable to update lock within the stale threshold",
      "Missing lock for job|job stalled more than",
      "etcdserver: requested lease not found",
      "Session (?:\\S+ )?TTL expired|[Ss]ession id '[^']*' not found",
      'invalid session "',
    ]),
    // Whoever ends cancels its election, which then calls the lease lost.
    {
      kind: "stop-asked",
      match:
        "\\b(?:[Rr]eceived|[Cc]aught|[Gg]ot|[Hh]andling)\\b.{0,40}\\b(?:SIGTERM|SIGINT)\\b|\\b(?:SIGTERM|SIGINT)\\b.{0,20}\\b(?:received|caught)\\b|" +
        "[Rr]eceived (?:an? )?(?:termination|shutdown|stop) signal|signal\\W{0,3}(?:terminated|interrupt)\\b|" +
        "Stopping and waiting for (?:non )?leader election runnables",
    },
    {
      kind: "renew-conflict",
      match:
        "Operation cannot be fulfilled on leases|the object has been modified; please apply|\\bENOTACQUIRED\\b|Lock is not acquired/owned by you",
      facts: byLog,
    },
    {
      kind: "renew-failed",
      match:
        "[Ee]rror retrieving (?:resource|lease) lock|[Ff]ailed to update (?:leader )?(?:lock|lease)(?! optimistically)|could not renew lock for job|" +
        "[Ff]ailed to (?:refresh|extend) (?:the )?(?:lease|lock)|[Uu]nable to extend lock|to ach?ie?ve a quorum during its retry window|" +
        "Unable to update lock within the stale threshold|/v1/session/renew/\\S+ error|session/renew/\\S+ from=\\S+ error",
      facts: byLog,
    },
    said(
      "store-trouble",
      [
        "apply request took too long",
        "took too long to execute",
        "slow fdatasync",
        "[Ss]low (?:write|fsync|sync|disk|storage|commit)\\b(?:.{0,200}?\\btook (?<durationMs>\\d+(?:\\.\\d+)?) ?ms\\b)?|fsync (?:took|of \\S+ took|latency|delay)",
        "task \\S+ blocked for more than \\d+ seconds",
        "failed to send out heartbeat on time",
        "waiting for ReadIndex response took too long",
        "etcdserver: (?:request timed out(?!, possibly)|too many requests)",
      ],
      { label: "slow" },
    ),
    said(
      "store-trouble",
      [
        "etcdserver: (?:leader changed|no leader)|possibly due to previous leader failure",
        "elected leader .* at term|lost leader \\S+ at term|changed leader from ",
        "No cluster leader|cluster leadership lost|heartbeat timeout reached, starting election",
        "READONLY You can't write|MASTERDOWN|CLUSTERDOWN|LOADING Redis is loading",
        "database system is (?:starting up|shutting down)|in a read-only transaction|administrator command",
      ],
      { label: "failover" },
    ),
    said(
      "store-trouble",
      [
        "ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN",
        "[Cc]onnection (?:refused|reset by peer|timed out)|no such host|[Nn]o route to host",
        "context deadline exceeded|request timed out|i/o timeout|TLS handshake timeout|Client.Timeout exceeded",
        "[Rr]ead timed out|[Cc]onnect timed out|Max retries exceeded",
        "Client session timed out, have not heard from server|Error communicating with DCS|DCS is not accessible",
      ],
      { label: "unreachable" },
    ),
    said("connection-closed", [
      "terminating connection due to",
      "server closed the connection unexpectedly|Connection terminated unexpectedly",
      "(?:recycl|retir)(?:ing|ed) connection|connection .{0,40}max(?:imum)? lifetime",
    ]),
    said(
      "store-trouble",
      [
        "\\bENOSPC\\b|[Nn]o space left on device",
        "\\bEROFS\\b|[Rr]ead-only file system",
        "\\bEDQUOT\\b|[Dd]isk quota exceeded",
      ],
      {
        label: "full",
      },
    ),
    said("permission-denied", ["\\bEACCES\\b|\\bEPERM\\b", "is forbidden: ", "Unauthorized", "[Pp]ermission denied"]),
    {
      kind: "loop-stalled",
      match: `${loop}.{0,80}?\\b(?:spent|took|late by|blocked for|stalled for|lagged|lag of|delay of) (?<durationMs>\\d+(?:\\.\\d+)?) ?ms\\b`,
    },
    { kind: "loop-stalled", match: "[Ee]vent loop \\D{0,40}(?<durationMs>\\d+(?:\\.\\d+)?) ?ms\\b" },
    { kind: "loop-stalled", match: "[Ee]vent loop \\D{0,40}(?<durationS>\\d+(?:\\.\\d+)?) ?s\\b" },
    said("loop-stalled", [`${loop} (?:was |is )?(?:blocked|stalled|lag|delay)`, "(?:STALE|BLOCKED) EVENT LOOP"]),
    // What Java's collectors write, new and old, and what watches for their pauses.
    {
      kind: "loop-stalled",
      match: "^(?:\\[[^\\]]*\\])*\\s*GC\\(\\d+\\) Pause .* (?<durationMs>\\d+(?:\\.\\d+)?)ms$",
      set: { label: COLLECTION },
    },
    {
      kind: "loop-stalled",
      match: "\\[(?:Full )?GC .*, (?<durationS>\\d+\\.\\d+) secs\\]",
      set: { label: COLLECTION },
    },
    {
      kind: "loop-stalled",
      match: "application threads were stopped: (?<durationS>\\d+\\.\\d+) seconds",
      set: { label: COLLECTION },
    },
    {
      kind: "loop-stalled",
      match: "[Dd]etected pause in JVM.* pause of approximately (?<durationMs>\\d+)ms",
      set: { label: COLLECTION },
    },
    said("loop-stalled", ["poll timeout has expired|[Hh]eartbeat poll expired"], { label: POLL }),
    said("cpu-starved", [
      "soft lockup - CPU",
      "self-detected stall",
      "CPU (?:throttl|starv)(?:ing|ed|ation)",
      "[Tt]hread starvation",
    ]),
    said("suspended", ["PM: suspend (?:entry|exit)", "Entering sleep state '", "System returned from sleep"]),
    // What chrony only lets run slower or faster was not set; a step has a line of its own.
    said("clock-stepped", [
      "(?:System )?clock (?:wrong by(?!.*adjustment started)|was stepped|jumped)",
      "Time has been changed",
    ]),
    {
      kind: "exited",
      match: "[Oo]ut of memory: Killed process (?<pid>\\d+)",
      set: { label: OUT_OF_MEMORY, exitCode: 137 },
    },
    { kind: "exited", match: `${unit}[Mm]ain process exited, code=exited, status=(?<exitCode>\\d+)` },
    ...signals.map(([name, exitCode]) => ({
      kind: "exited" as const,
      match: `${unit}[Mm]ain process exited, code=(?:killed|dumped), status=\\d+/${name}\\b`,
      set: { exitCode },
    })),
    said("killed", [`${unit}Watchdog timeout \\(limit [^)]*\\)`], { label: WATCHDOG }),
    said("error", ["^\\S+: line \\d+: "]),
    said("release-refused", [
      "Failed to release lock: ",
      "Cannot release a lock that's no longer owned",
      "Unable to fully release the lock",
    ]),
    {
      kind: "killed",
      match:
        "(?:no heartbeat|no sign of life|unresponsive|silent|not heard).{0,60}? (?<ageS>\\d+(?:\\.\\d+)?) ?s\\b.{0,60}? [Kk]ill(?:ing|ed) (?:PID|pid|process) (?<pid>\\d+)",
    },
    { kind: "killed", match: `${unit}Killing process (?<pid>\\d+) \\(.*\\) with signal SIGABRT` },
    { kind: "spawned", match: `${unit}Scheduled restart job, restart counter is at \\d+` },
    said("gave-up", [
      `${unit}Start request repeated too quickly`,
      "[Mm]ax(?:imum)? (?:re-?)?(?:starts|restarts)\\b.{0,40} (?:reached|exceeded)|[Tt]oo many (?:re)?starts",
    ]),
    said(
      "state-torn",
      [
        "[Uu]nexpected end of JSON input|Unterminated string in JSON|is not valid JSON",
        "JSON Parse error: ",
        "Unexpected token .* in JSON at position|invalid character .* looking for beginning of value",
      ],
      { label: "told" },
    ),
  ],
};
