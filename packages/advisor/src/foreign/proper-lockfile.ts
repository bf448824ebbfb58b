import { foreignRules, rule, show, type ForeignRules } from "./system.ts";

/** What the library calls `null`. */
const NOT_GIVEN = -1;
const LEAST_STALE_MS = 2000;
const LEAST_UPDATE_MS = 1000;
/** Longer pauses are waited for by nobody, and are not told apart. */
const FOR_EVER_MS = 2 ** 50;
/** More retries than anybody sets. */
const MOST_RETRIES = 2 ** 40;

/** proper-lockfile 4: a folder's mtime, compared with the taker's wall clock. */
export const properLockfile: ForeignRules = foreignRules({
  system: "proper-lockfile",
  forms: {
    stale: { kind: "duration", unitMs: 1, default: 10_000 },
    /** Not given: half of stale. */
    update: { kind: "duration", unitMs: 1, default: NOT_GIVEN, also: { null: NOT_GIVEN } },
    retries: { kind: "number", default: 0 },
    /** The package `retry` pauses so long before the first retry, and longer by the factor before each further one. */
    minTimeout: { kind: "duration", unitMs: 1, default: 1000 },
    factor: { kind: "number", default: 2 },
    /** Each pause may be drawn up to twice as long. */
    randomize: { kind: "word", words: ["false", "true"], default: "false" },
    /** The longest pause between two tries. Not given: pauses grow without end. */
    maxTimeout: { kind: "duration", unitMs: 1, default: NOT_GIVEN },
  },
  sources: [
    "https://github.com/moxystudio/node-proper-lockfile/blob/master/lib/lockfile.js (stale of 2000 at least, update from 1000 to stale/2)",
    "https://github.com/moxystudio/node-proper-lockfile/issues/121 (taking over a stale lock is not atomic)",
    "https://github.com/tim-kos/node-retry (retries, factor, minTimeout, maxTimeout, randomize: pauses of 1s, 2s, 4s and so on by default)",
  ],
  judge: ({ stale, update, retries, minTimeout, factor, randomize, maxTimeout }) => {
    const staleMs = Math.max(stale, LEAST_STALE_MS);
    const askedMs = update === NOT_GIVEN ? staleMs / 2 : update;
    const updateMs = Math.max(Math.min(askedMs, staleMs / 2), LEAST_UPDATE_MS);
    const hasLongest = maxTimeout !== NOT_GIVEN;
    const tries = Math.floor(retries);
    const pauses: Pauses = {
      firstMs: minTimeout,
      factor,
      longestMs: hasLongest ? maxTimeout : FOR_EVER_MS,
      drawnUpTo: randomize === "true" ? 2 : 1,
    };
    const patience = patienceOf(tries, pauses);
    const enough = retriesFor(staleMs, pauses);
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
          !hasLongest || maxTimeout >= minTimeout,
          `maxTimeout ${hasLongest ? `${show(maxTimeout)} ${maxTimeout >= minTimeout ? "≥" : "<"} minTimeout ${show(minTimeout)}` : "is not given"} (a first pause above it is refused)`,
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
              enough === null
                ? "a longer minTimeout or a larger factor: with such pauses no retries last until the lock of a dead holder is stale"
                : `retries=${enough} at least, or nobody waits until the lock of a dead holder is stale`,
            ]),
      ],
    };
  },
});

/** How the package `retry` spaces its tries. */
interface Pauses {
  readonly firstMs: number;
  readonly factor: number;
  readonly longestMs: number;
  readonly drawnUpTo: number;
}

interface Patience {
  /** One pause, at most. */
  readonly longestMs: number;
  /** All of them, at least. */
  readonly totalMs: number;
}

/** What that many retries wait, one by one and in all. */
function patienceOf(retries: number, { firstMs, factor, longestMs, drawnUpTo }: Pauses): Patience {
  const growing = Math.min(retries, growths(firstMs, factor, longestMs));
  const grownMs = factor === 1 ? firstMs * growing : (firstMs * (factor ** growing - 1)) / (factor - 1);
  const lastMs = retries > growing ? longestMs : factor > 1 ? firstMs * factor ** (growing - 1) : firstMs;
  return {
    longestMs: retries === 0 ? 0 : Math.min(longestMs, drawnUpTo * lastMs),
    totalMs: grownMs + (retries - growing) * longestMs,
  };
}

/** Before so many retries the pauses are below the longest one; it is all others. */
function growths(firstMs: number, factor: number, longestMs: number): number {
  if (firstMs >= longestMs) return 0;
  return factor > 1 && firstMs > 0 ? Math.ceil(Math.log(longestMs / firstMs) / Math.log(factor)) : Infinity;
}

/** The fewest retries that last so long; `null` where none do. */
function retriesFor(totalMs: number, pauses: Pauses): number | null {
  const lasts = (retries: number): boolean => patienceOf(retries, pauses).totalMs >= totalMs;
  if (!lasts(MOST_RETRIES)) return null;
  let [few, enough] = [0, MOST_RETRIES];
  while (enough - few > 1) {
    const middle = Math.floor((few + enough) / 2);
    if (lasts(middle)) enough = middle;
    else few = middle;
  }
  return enough;
}
