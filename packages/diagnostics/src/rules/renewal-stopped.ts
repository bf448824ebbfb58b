import type { Evidence } from "../evidence.ts";
import { counted, indexFrom, seconds } from "../numbers.ts";
import type { Rule, Scene } from "../rule.ts";
import { commonSilences } from "../silence.ts";
import type { ObservedTerm } from "../term.ts";

export const renewalStopped: Rule = {
  id: "renewal-stopped",
  find(scene) {
    const { leaseDurationMs, renewIntervalMs } = scene.timing;
    if (leaseDurationMs === null) return null;
    const patienceMs = renewIntervalMs === null ? leaseDurationMs / 2 : Math.min(2 * renewIntervalMs, leaseDurationMs);
    const asleep = commonSilences(scene.own.silences).filter(({ from, to }) => to - from >= 2 * leaseDurationMs);
    const asleepFrom = sumsFrom(asleep.map(({ from, to }) => to - from));
    const stopped = scene.terms.flatMap((term) => {
      const ranOut = term.stale !== null || term.nextAcquiredAt - term.lastRenewAt >= leaseDurationMs;
      // Whom only the state names never renewed here by any rule: how it came there is the question.
      if (term.begin.kind === "state" && scene.own.of("acquired").length > 0) return [];
      // Nor does a gap between kept versions show that nothing was written.
      if (term.isSampled) return [];
      if (!ranOut || term.released !== null || (term.stale === null && !Number.isFinite(term.nextAcquiredAt)))
        return [];
      // A machine that slept renewed nothing, and nothing else ran on it either.
      const asleepMs = asleepFrom[indexFrom(asleep, term.lastRenewAt - patienceMs, ({ from }) => from)] ?? 0;
      const alive = signOfLife(scene, term, term.lastRenewAt + patienceMs + asleepMs);
      return alive === null || triedIn(scene, term, leaseDurationMs) ? [] : [{ term, alive }];
    });
    const [first] = stopped;
    if (first === undefined) return null;
    const never = stopped.filter(({ term }) => term.renewedAt.length === 0).length;
    return {
      part: "cause",
      confidence: stopped.length > 1 ? "high" : "medium",
      verdict:
        `the holder lived and no longer tried to renew: it was seen ${seconds(first.alive.at - first.term.lastRenewAt)} after its last ` +
        `renewal, and no line tells of a failed try (${counted(stopped.length, "term")}` +
        (never > 0 ? `, ${never} without a single renewal)` : ")"),
      evidence: stopped.flatMap(({ term, alive }) => [term.begin, alive, term.stale]),
      counterEvidence: ["failed tries that are not logged would look the same"],
      change: "let the loop that renews outlive every error of one try, and let the work stop when it ends",
    };
  },
};

/** Of each number and all after it. */
function sumsFrom(numbers: readonly number[]): number[] {
  let sum = 0;
  return numbers
    .toReversed()
    .map((number) => (sum += number))
    .toReversed();
}

function signOfLife(
  { own, timing: { pollMs } }: Scene,
  { holder, end, nextAcquiredAt }: ObservedTerm,
  from: number,
): Evidence | null {
  const until = Math.min(nextAcquiredAt, end?.at ?? Number.POSITIVE_INFINITY);
  const signs = [...own.between("worked", from, until), ...own.between("touched", from, until)];
  return (
    signs.findLast(({ facts }) => facts.holder === holder) ??
    (end !== null && end.at - noticedMs(end, pollMs) > from ? end : null)
  );
}

/** Whether anything else explains it: a try that failed, a store, a loop, a machine. */
function triedIn({ own }: Scene, { lastRenewAt }: ObservedTerm, leaseDurationMs: number): boolean {
  const kinds = [
    "renew-failed",
    "renew-conflict",
    "store-trouble",
    "permission-denied",
    "loop-stalled",
    "cpu-starved",
    "suspended",
    "clock-stepped",
    "connection-closed",
  ] as const;
  return kinds.some((kind) => own.has(kind, lastRenewAt, lastRenewAt + leaseDurationMs + 1));
}

/** A process is gone before whoever looks for it sees that, and says so. */
function noticedMs({ kind }: Evidence, pollMs: number | null): number {
  return kind === "exited" ? 2 * (pollMs ?? 0) : 0;
}
