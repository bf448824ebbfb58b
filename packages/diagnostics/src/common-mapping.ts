import type { Mapping } from "@tenure/schema";

/** What widely used clients and kernels say, in any log. Only lines that say it in so many words. */
export const commonMapping: Mapping = {
  name: "common",
  messages: [
    { kind: "acquired", match: "successfully acquired lease (?<label>\\S+)" },
    {
      kind: "lost",
      match: "failed to renew lease|leader ?election lost|stopped leading|ECOMPROMISED|lock (?:was |is )?compromised",
    },
    {
      kind: "store-trouble",
      match: "apply request took too long|took too long to execute|slow fdatasync",
      set: { label: "slow" },
    },
    {
      kind: "store-trouble",
      match:
        "ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|connection refused|no such host|context deadline exceeded|request timed out",
      set: { label: "unreachable" },
    },
    {
      kind: "store-trouble",
      match: "etcdserver: (?:leader changed|no leader)|elected leader .* at term",
      set: { label: "failover" },
    },
    { kind: "permission-denied", match: "\\bEACCES\\b|\\bEPERM\\b|is forbidden: |Unauthorized|permission denied" },
    { kind: "loop-stalled", match: "event loop (?:blocked|stalled|lag)" },
    { kind: "suspended", match: "PM: suspend (?:entry|exit)" },
    { kind: "clock-stepped", match: "(?:System )?clock (?:wrong by|was stepped|jumped)|Time has been changed" },
  ],
};
