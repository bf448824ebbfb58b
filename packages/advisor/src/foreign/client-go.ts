import { atLeastZero, foreignRules, rule, seconds, show, type ForeignRules } from "./system.ts";

/** Pauses between tries to acquire are drawn from [period, period · (1 + this)): `wait.Jitter` adds that share. */
const JITTER_FACTOR = 1.2;
/**
 * From a renewal to a takeover, at worst: a Get from just before the renewal, the Get that sees it, the Get of a look begun just before the
 * lease had run out, and the Get and the Update of the one that takes it.
 */
const ANSWERS_TO_TAKE = 5;

/**
 * Kubernetes' client-go leader election. A holder that cannot renew is told to stop a retry period and a renew deadline after the
 * *answer* to its last renewal; others count from when they saw it *committed*, and only the whole seconds that the record holds. Its
 * validation compares neither sum with the lease duration.
 */
export const clientGo: ForeignRules = foreignRules({
  system: "client-go",
  forms: {
    leaseDuration: { ...seconds(15), aliases: ["leader-elect-lease-duration"] },
    renewDeadline: { ...seconds(10), aliases: ["leader-elect-renew-deadline"] },
    retryPeriod: { ...seconds(2), aliases: ["leader-elect-retry-period"] },
    /** 0: as Kubernetes' own controllers have it, half of the renew deadline and at least a second. */
    requestTimeout: seconds(0),
    /** What the work needs to stop once it is told. */
    stopTimeout: seconds(0),
  },
  sources: [
    "https://github.com/kubernetes/client-go/blob/master/tools/leaderelection/leaderelection.go (NewLeaderElector, renew, tryAcquireOrRenew)",
    "https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/coordination/validation/validation.go (leaseDurationSeconds above 0)",
  ],
  judge: ({ leaseDuration, renewDeadline: D, retryPeriod: R, requestTimeout, stopTimeout: S }) => {
    const L = Math.floor(leaseDuration / 1000) * 1000;
    const q = requestTimeout > 0 ? requestTimeout : Math.max(1000, D / 2);
    const certainMs = atLeastZero(R + D - L);
    const worstMs = atLeastZero(q + R + D + S - L);
    const pollMs = R * (1 + JITTER_FACTOR);
    const fits = R + D + q + S;
    const shorterMs = Math.floor((L - R - S) / 1.5 / 100) * 100;
    const shorter = shorterMs > R * JITTER_FACTOR && requestTimeout === 0 && shorterMs >= 2000;
    return {
      inForce: { leaseDuration: L, requestTimeout: q },
      rules: [
        rule("system", leaseDuration > D, `leaseDuration ${show(leaseDuration)} > renewDeadline ${show(D)}`),
        rule(
          "system",
          L > 0,
          `leaseDuration ${show(leaseDuration)}: the record holds ${show(L)}, whole seconds, and the API server refuses 0`,
        ),
        rule(
          "system",
          D > R * JITTER_FACTOR,
          `renewDeadline ${show(D)} > retryPeriod ${show(R)} · ${JITTER_FACTOR} = ${show(R * JITTER_FACTOR)}`,
        ),
        rule("system", R > 0, `retryPeriod ${show(R)} > 0s`),
        rule(
          "tenure",
          fits <= L,
          `retryPeriod ${show(R)} + renewDeadline ${show(D)} + requestTimeout ${show(q)} + stopTimeout ${show(S)} = ${show(fits)} ${fits <= L ? "≤" : ">"} leaseDuration ${show(L)}`,
        ),
      ],
      overlap: {
        certainMs,
        worstMs,
        explanation: `the holder is told to stop ${show(R + D)} after the answer to its last renewal (retryPeriod + renewDeadline), the answer may be ${show(q)} late, and the work may take ${show(S)} to stop; another takes over ${show(L)} after that renewal was committed`,
      },
      gap: {
        worstMs: 2 * pollMs + L + ANSWERS_TO_TAKE * q,
        explanation: `a candidate sees the last renewal up to a poll (retryPeriod · ${1 + JITTER_FACTOR} = ${show(pollMs)}) and two answers of ${show(q)} late, waits ${show(L)}, may have begun a look just too early, takes an answer for it and another poll, and then one to read and one to write`,
      },
      guarantee:
        "At most one leader only while every request is answered sooner than what leaseDuration leaves over; client-go itself promises no exclusion, and leaseTransitions is checked by nobody. A holder that stood still goes on until it looks.",
      changes:
        worstMs === 0
          ? []
          : [
              `leaseDuration=${show(Math.ceil(fits / 1000) * 1000)}, the sum of the other four, in whole seconds`,
              ...(shorter ? [`or renewDeadline=${show(shorterMs)} with the same leaseDuration`] : []),
            ],
    };
  },
});
