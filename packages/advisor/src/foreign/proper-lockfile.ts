import { foreignRules, rule, show, type ForeignRules } from "./system.ts";

/** What the library calls `null`. */
const NOT_GIVEN = -1;
const LEAST_STALE_MS = 2000;
const LEAST_UPDATE_MS = 1000;
/** The package `retry` pauses so long before the first retry, and twice as long before each further one. */
const FIRST_PAUSE_MS = 1000;
/** Pauses that doubled more often are longer than anybody waits, and are not told apart. */
const DOUBLINGS_MAX = 40;

/** proper-lockfile 4: a folder's mtime, compared with the taker's wall clock. */
export const properLockfile: ForeignRules = foreignRules({
  system: "proper-lockfile",
  forms: {
    stale: { kind: "duration", unitMs: 1, default: 10_000 },
    /** Not given: half of stale. */
    update: { kind: "duration", unitMs: 1, default: NOT_GIVEN, also: { null: NOT_GIVEN } },
    retries: { kind: "number", default: 0 },
    /** The longest pause between two tries. Not given: pauses double without end. */
    maxTimeout: { kind: "duration", unitMs: 1, default: NOT_GIVEN },
  },
  sources: [
    "https://github.com/moxystudio/node-proper-lockfile/blob/master/lib/lockfile.js (stale of 2000 at least, update from 1000 to stale/2)",
    "https://github.com/moxystudio/node-proper-lockfile/issues/121 (taking over a stale lock is not atomic)",
    "https://github.com/tim-kos/node-retry (retries: pauses of 1s, 2s, 4s and so on, up to maxTimeout)",
  ],
  judge: ({ stale, update, retries, maxTimeout }) => {
    const staleMs = Math.max(stale, LEAST_STALE_MS);
    const askedMs = update === NOT_GIVEN ? staleMs / 2 : update;
    const updateMs = Math.max(Math.min(askedMs, staleMs / 2), LEAST_UPDATE_MS);
    const hasLongest = maxTimeout !== NOT_GIVEN;
    const tries = Math.floor(retries);
    const patience = patienceOf(tries, maxTimeout);
    const outlasts = patience.totalMs >= staleMs;
    return {
      inForce: { stale: staleMs, update: updateMs, ...(hasLongest ? {} : { maxTimeout: "none" }) },
      rules: [
        rule(
          "system",
          stale >= LEAST_STALE_MS,
          `stale ${show(stale)} ≥ ${show(LEAST_STALE_MS)} (less is raised without a word)`,
        ),
        rule(
          "system",
          updateMs === askedMs,
          `update ${show(askedMs)} is from ${show(LEAST_UPDATE_MS)} to stale / 2 = ${show(staleMs / 2)} (else it is moved there without a word)`,
        ),
        rule(
          "system",
          !hasLongest || maxTimeout >= FIRST_PAUSE_MS,
          `maxTimeout ${hasLongest ? `${show(maxTimeout)} ≥ ${show(FIRST_PAUSE_MS)}` : "is not given"} (a first pause above it is refused)`,
        ),
        rule(
          "tenure",
          false,
          "a holder stops when its lock is stale: it does not, it only looks when its next update is due",
        ),
        rule(
          "tenure",
          false,
          "the taker's clock counts: it is compared with a stamp the holder wrote, so a step of either ends the lock",
        ),
      ],
      overlap: {
        certainMs: 0,
        worstMs: null,
        explanation: `a holder that stood still for ${show(staleMs)} goes on until an update, due every ${show(updateMs)}, finds another's stamp; between that look and its write it may even renew the taker's lock; and no token tells the two apart`,
      },
      gap: outlasts
        ? {
            worstMs: staleMs + patience.longestMs,
            explanation: `the lock is stale ${show(staleMs)} after its last update, and a waiter tries again at most ${show(patience.longestMs)} later, as long as its ${tries} retries last (${show(patience.totalMs)} in all)`,
          }
        : {
            worstMs: null,
            explanation:
              tries === 0
                ? "retries is 0: nobody waits, and who comes too early fails with ELOCKED"
                : `the ${tries} retries are over after ${show(patience.totalMs)}, before the lock of a dead holder is stale (${show(staleMs)}): who waits fails with ELOCKED`,
          },
      guarantee:
        "One holder at a time while no process stands still, no clock is set and no two takers come at once. There is no token that a resource could check.",
      changes: [
        "hand the resource something that rises with each holder, and let it refuse the older one: no setting here excludes a holder that stood still",
        ...(outlasts
          ? []
          : [
              `retries=${retriesFor(staleMs, maxTimeout)} at least, or nobody waits until the lock of a dead holder is stale`,
            ]),
      ],
    };
  },
});

interface Patience {
  readonly longestMs: number;
  readonly totalMs: number;
}

/** What that many retries wait, one by one and in all. */
function patienceOf(retries: number, maxTimeoutMs: number): Patience {
  const doubled = doublings(maxTimeoutMs);
  const [growing, others] = [Math.min(retries, doubled, DOUBLINGS_MAX), Math.max(0, retries - doubled)];
  const grownMs = FIRST_PAUSE_MS * (2 ** growing - 1);
  if (others > 0) return { longestMs: maxTimeoutMs, totalMs: grownMs + others * maxTimeoutMs };
  return { longestMs: growing === 0 ? 0 : FIRST_PAUSE_MS * 2 ** (growing - 1), totalMs: grownMs };
}

/** The fewest retries that last so long. */
function retriesFor(totalMs: number, maxTimeoutMs: number): number {
  const growing = Math.ceil(Math.log2(totalMs / FIRST_PAUSE_MS + 1));
  const doubled = doublings(maxTimeoutMs);
  if (growing <= doubled) return growing;
  return doubled + Math.ceil((totalMs - FIRST_PAUSE_MS * (2 ** doubled - 1)) / maxTimeoutMs);
}

/** After so many pauses that double, all others are the longest there is. */
function doublings(maxTimeoutMs: number): number {
  return maxTimeoutMs > 0 ? Math.max(0, Math.ceil(Math.log2(maxTimeoutMs / FIRST_PAUSE_MS))) : Infinity;
}
