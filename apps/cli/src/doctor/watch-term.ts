import { resolveTiming, type Snapshot } from "@tenure/core";
import type { Examined } from "@tenure/diagnostics";
import type { Context } from "../context.ts";

/** Nobody waits longer for an answer. */
const LONGEST_MS = 120_000;
/** A renewal that is overdue may be on its way. */
const SHORTEST_MS = 1_000;

/**
 * Watches for the next renewal of the term, for as long as one may be due: every safe timing has 2 · R · j + 2q ≤ D, so one comes
 * within D / 2, and is a request timeout under way at most.
 */
export async function watchTerm(
  { host, clientFor }: Context,
  { name, record }: Snapshot,
  signal: AbortSignal,
): Promise<Examined["watch"]> {
  if (record === null || record.holderIdentity === null) return null;
  const { leaseDurationMs, renewDeadlineMs, deadline, epoch, renewals } = record;
  const { bootId, timeNamespace } = host.identity.holder;
  const { requestTimeoutMs } = resolveTiming({ leaseDurationMs });
  const since = host.clock.now();
  const isComparable = deadline?.bootId === bootId && deadline.timeNamespace === timeNamespace;
  const ageMs = isComparable ? Math.max(0, since.boottimeMs - deadline.boottimeMs + renewDeadlineMs) : 0;
  const dueMs = Math.max(SHORTEST_MS, renewDeadlineMs / 2 + requestTimeoutMs - ageMs);
  const left = new AbortController();
  const timer = setTimeout(() => left.abort(), Math.min(dueMs, LONGEST_MS));
  let seen = 0;
  try {
    for await (const { record: now } of clientFor().observe(name, { signal: AbortSignal.any([signal, left.signal]) })) {
      if (now?.epoch !== epoch || now.holderIdentity === null) break;
      seen = Math.max(0, now.renewals - renewals);
      if (seen > 0) break;
    }
  } finally {
    clearTimeout(timer);
  }
  signal.throwIfAborted();
  const watchedMs = host.clock.now().monotonicMs - since.monotonicMs;
  return { watchedMs, wasDue: dueMs <= LONGEST_MS, renewals: seen };
}
