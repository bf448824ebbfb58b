import { foreignRules, rule, show, type ForeignRules } from "./system.ts";

const LEAST_STALE_MS = 2000;
const LEAST_UPDATE_MS = 1000;

/** proper-lockfile 4: a folder's mtime, compared with the taker's wall clock. */
export const properLockfile: ForeignRules = foreignRules({
  system: "proper-lockfile",
  forms: {
    stale: { kind: "duration", unitMs: 1, default: 10_000 },
    /** 0: half of stale, as when none is given. */
    update: { kind: "duration", unitMs: 1, default: 0 },
    retries: { kind: "number", default: 0 },
    /** The longest pause between two tries. */
    maxTimeout: { kind: "duration", unitMs: 1, default: 60_000 },
  },
  sources: [
    "https://github.com/moxystudio/node-proper-lockfile/blob/master/lib/lockfile.js (stale of 2000 at least, update from 1000 to stale/2)",
    "https://github.com/moxystudio/node-proper-lockfile/issues/121 (taking over a stale lock is not atomic)",
  ],
  judge: ({ stale, update, retries, maxTimeout }) => {
    const staleMs = Math.max(stale, LEAST_STALE_MS);
    const askedMs = update > 0 ? update : staleMs / 2;
    const updateMs = Math.max(Math.min(askedMs, staleMs / 2), LEAST_UPDATE_MS);
    const waits = retries > 0;
    return {
      inForce: { stale: staleMs, update: updateMs },
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
      gap: waits
        ? {
            worstMs: staleMs + maxTimeout,
            explanation: `the lock is stale ${show(staleMs)} after its last update, and a waiter tries again at most ${show(maxTimeout)} later, as long as its ${retries} retries last`,
          }
        : { worstMs: null, explanation: "retries is 0: nobody waits, and who comes too early fails with ELOCKED" },
      guarantee:
        "One holder at a time while no process stands still, no clock is set and no two takers come at once. There is no token that a resource could check.",
      changes: [
        "hand the resource something that rises with each holder, and let it refuse the older one: no setting here excludes a holder that stood still",
        ...(waits ? [] : ["retries above 0, or nobody waits for a holder that died"]),
      ],
    };
  },
});
