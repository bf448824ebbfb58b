import { atLeastZero, foreignRules, rule, seconds, show, type ForeignRules } from "./system.ts";

/** The server waits so many times the TTL before it ends a session; it promises no more than once. */
const SERVER_WAITS = 2;
const MOST_LOCK_DELAY_MS = 60_000;
/** `consul lock` sends SIGTERM, and SIGKILL so much later. */
const KILL_GRACE_MS = 5000;
const LOCK_RETRY_MS = 5000;
/** Between two tries of a renewal that failed; only after one of them it looks whether the TTL has passed. */
const RENEW_RETRY_MS = 1000;

/** Consul sessions and `consul lock`: the lock delay is the whole of the margin. */
export const consul: ForeignRules = foreignRules({
  system: "consul",
  forms: {
    ttl: seconds(15),
    lockDelay: seconds(15),
    monitorRetries: { kind: "number", default: 3, aliases: ["monitor-retry"] },
    monitorRetryTime: seconds(1),
    /** How late an answer may come before the client gives it up. */
    requestTimeout: seconds(1),
  },
  sources: [
    "https://developer.hashicorp.com/consul/api-docs/session (TTL from 10s to 86400s)",
    "https://github.com/hashicorp/consul/blob/main/agent/structs/structs.go (SessionTTLMax, SessionTTLMultiplier, MaxLockDelay)",
    "https://github.com/hashicorp/consul/blob/main/command/lock/lock.go (monitor retries, kill grace)",
    "https://github.com/hashicorp/consul/blob/main/api/session.go (RenewPeriodic)",
    "https://github.com/hashicorp/consul/blob/main/api/lock.go (lock retry)",
  ],
  judge: ({ ttl, lockDelay, monitorRetries, monitorRetryTime, requestTimeout: q }) => {
    const monitorMs = monitorRetries * monitorRetryTime;
    const mostAnswerMs = MOST_LOCK_DELAY_MS - RENEW_RETRY_MS - KILL_GRACE_MS;
    const needsMs = q + RENEW_RETRY_MS + monitorMs + KILL_GRACE_MS;
    return {
      rules: [
        rule("system", ttl >= 10_000 && ttl <= 86_400_000, `ttl ${show(ttl)} is from 10s to 1d`),
        rule("system", lockDelay <= MOST_LOCK_DELAY_MS, `lockDelay ${show(lockDelay)} ≤ 1m`),
        rule(
          "tenure",
          needsMs <= lockDelay,
          `requestTimeout ${show(q)} + renew retry ${show(RENEW_RETRY_MS)} + ${monitorRetries} monitor retries of ${show(monitorRetryTime)} + kill grace ${show(KILL_GRACE_MS)} = ${show(needsMs)} ${needsMs <= lockDelay ? "≤" : ">"} lockDelay ${show(lockDelay)}`,
        ),
      ],
      overlap: {
        certainMs: atLeastZero(monitorMs - lockDelay),
        worstMs: atLeastZero(needsMs - lockDelay),
        explanation: `the holder gives its session up ${show(ttl)} after the answer to its last renewal and looks up to ${show(RENEW_RETRY_MS)} late, monitors ${show(monitorMs)} longer, and kills its command within ${show(KILL_GRACE_MS)}; the server may end the session after ${show(ttl)}, and gives the lock away lockDelay ${show(lockDelay)} later`,
      },
      gap: {
        worstMs: SERVER_WAITS * ttl + lockDelay + LOCK_RETRY_MS,
        explanation: `the server ends a silent session after ${SERVER_WAITS} · ttl = ${show(SERVER_WAITS * ttl)}, keeps the lock for ${show(lockDelay)}, and a waiter tries again every ${show(LOCK_RETRY_MS)}`,
      },
      guarantee:
        "Who waits out the lock delay leads alone, unless the former holder stood still for longer than that, or the agent it asks gave it no answer at all. LockIndex and session make a token, but nothing outside Consul checks it.",
      changes:
        needsMs <= lockDelay
          ? []
          : needsMs <= MOST_LOCK_DELAY_MS
            ? [`lockDelay=${show(needsMs)}`]
            : [
                q <= mostAnswerMs
                  ? "fewer monitor retries: lockDelay is at most 1m"
                  : `requestTimeout=${Math.floor(atLeastZero(mostAnswerMs - monitorMs) / 1000)} at most: lockDelay is at most 1m`,
              ],
    };
  },
});
