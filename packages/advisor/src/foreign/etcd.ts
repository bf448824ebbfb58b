import { foreignRules, rule, seconds, show, type ForeignRules } from "./system.ts";

/** What the client takes when it is given none, or 0. */
const DEFAULT_TTL_S = 60;
/** How often the client looks whether its deadline has passed. */
const CLIENT_LOOKS_MS = 1000;
/** How often the server looks whether a lease has run out. */
const SERVER_LOOKS_MS = 500;
/** A follower misses its leader after one to two election timeouts, drawn at random. */
const ELECTION_TIMEOUTS_TO_MISS = 2;

/** etcd's client/v3/concurrency sessions, and `etcdctl lock`. */
export const etcd: ForeignRules = foreignRules({
  system: "etcd",
  forms: {
    ttl: seconds(DEFAULT_TTL_S),
    client: { kind: "word", words: ["library", "etcdctl"], default: "library" },
    /** The server's `--election-timeout`. */
    electionTimeout: { kind: "duration", unitMs: 1, default: 1000 },
    /** How late an answer may come; the first is waited for so long by the client itself. */
    requestTimeout: seconds(5),
    stopTimeout: seconds(0),
  },
  sources: [
    "https://github.com/etcd-io/etcd/blob/main/client/v3/concurrency/session.go (default 60s; a TTL of 0 or less is ignored)",
    "https://github.com/etcd-io/etcd/blob/main/client/v3/lease.go (deadline counted from the response, looked at every second; keep-alive every TTL/3)",
    "https://github.com/etcd-io/etcd/blob/main/server/etcdserver/server.go (minTTL: one and a half election timeouts, rounded up; applyEntryNormal: Promote by the election timeout)",
    "https://github.com/etcd-io/etcd/blob/main/server/lease/lessor.go (Promote: a new leader lets every lease run for its TTL and so much longer)",
    "https://github.com/etcd-io/raft/blob/main/raft.go (resetRandomizedElectionTimeout)",
    "https://etcd.io/docs/latest/learning/api/ (a lease expires at least after its TTL)",
  ],
  judge: ({ ttl, client, electionTimeout, requestTimeout: q, stopTimeout: S }) => {
    const leastMs = Math.ceil((1.5 * electionTimeout) / 1000) * 1000;
    const askedMs = ttl > 0 ? ttl : DEFAULT_TTL_S * 1000;
    const inForceMs = Math.max(askedMs, leastMs);
    const isKilled = client === "library";
    const missedMs = ELECTION_TIMEOUTS_TO_MISS * electionTimeout;
    const anewMs = electionTimeout + inForceMs;
    return {
      inForce: { ttl: inForceMs },
      rules: [
        rule(
          "system",
          Number.isInteger(ttl / 1000) && ttl > 0,
          `ttl ${show(ttl)} is a whole number of seconds above 0${ttl > 0 ? "" : ` (the client takes ${show(askedMs)} for it)`}`,
        ),
        rule("system", askedMs >= leastMs, `ttl ${show(askedMs)} ≥ ⌈1.5 · electionTimeout⌉ = ${show(leastMs)}`),
        rule(
          "tenure",
          q + CLIENT_LOOKS_MS + S <= 0,
          `answers ${show(q)} late + look ${show(CLIENT_LOOKS_MS)} + stop ${show(S)} ≤ 0s of margin`,
        ),
        rule(
          "tenure",
          isKilled,
          `client ${client}: ${isKilled ? "the program hears Session.Done()" : "etcdctl lock never ends its command when the session is over"}`,
        ),
      ],
      overlap: {
        certainMs: 0,
        worstMs: isKilled ? q + CLIENT_LOOKS_MS + S : null,
        explanation: `the client counts ${show(inForceMs)} from the answer to its last keep-alive, which may be ${show(q)} late, and looks every ${show(CLIENT_LOOKS_MS)}; the server counts the same ${show(inForceMs)} from when it sent it${isKilled ? "" : "; and etcdctl lock leaves its command running"}`,
      },
      gap: {
        worstMs: inForceMs + missedMs + anewMs + SERVER_LOOKS_MS,
        explanation: `the key goes ttl ${show(inForceMs)} after the last keep-alive (${show(inForceMs + SERVER_LOOKS_MS)} with the server's look); an etcd leader that fails just before is missed within ${show(missedMs)}, and the one elected at the first try lets it stand for electionTimeout + ttl = ${show(anewMs)} more; waiters are told`,
      },
      guarantee:
        "No margin between the holder's deadline and the server's: its documentation says that locks cannot exclude by themselves. The create revision is a real fencing token; only etcd's own transactions check it.",
      changes: [
        ...(isKilled
          ? []
          : ["run the command from a program that kills it on Session.Done(), or under tenure run --store etcd://…"]),
        ...(ttl > 0 ? [] : [`ttl=${DEFAULT_TTL_S}, which the client uses anyway`]),
        ...(askedMs >= leastMs ? [] : [`ttl=${leastMs / 1000}, which the server uses anyway`]),
        `stop ${show(q + CLIENT_LOOKS_MS + S)} before the client's own deadline (ttl ${show(inForceMs)}), or have the resource refuse older create revisions`,
      ],
    };
  },
});
