import type { Bounds } from "./bounds.ts";
import type { Broken } from "./invariants.ts";
import { get, rules, type Rules } from "./rules.ts";
import { AGE, ALIVE, CURRENT, EPOCH, GONE, HOLDER, LEFT, REVOKED, SEEN } from "./state.ts";

/** A small wrong change to the rules, and the promise that it breaks. The Spin model has the same ones, under the same names. */
export interface Mutant {
  readonly name: string;
  readonly breaks: Broken;
  readonly rules?: Partial<Rules>;
  readonly bounds?: Partial<Bounds>;
}

export const mutants: readonly Mutant[] = [
  { name: "held-is-free", breaks: "two in office", rules: { mayClaim: () => true } },
  {
    name: "half-the-lease-is-enough",
    breaks: "two in office",
    rules: { mayClaim: (layout, state, at) => rules.mayClaim(layout, state, at) || get(state, at, AGE) >= 1 },
  },
  { name: "deadline-after-the-lease", breaks: "two in office", bounds: { leaseTicks: 2, deadlineTicks: 3 } },
  {
    name: "age-outlives-renewals",
    breaks: "two in office",
    // With a validity as long as the lease one renewal is enough to show it.
    bounds: { deadlineTicks: 3 },
    rules: {
      isSame: (layout, state, at) => {
        const seen = get(state, at, SEEN);
        if (seen === layout.nothingSeen) return false;
        return layout.of(state, seen, EPOCH) === layout.of(state, state[CURRENT] ?? 0, EPOCH);
      },
    },
  },
  {
    name: "revoked-is-free",
    breaks: "two in office",
    rules: {
      mayClaim: (layout, state, at) =>
        rules.mayClaim(layout, state, at) || layout.of(state, get(state, at, SEEN), REVOKED) === 1,
    },
  },
  {
    name: "anybody-dead-will-do",
    breaks: "two in office",
    rules: {
      mayClaim: (layout, state, at) => {
        if (rules.mayClaim(layout, state, at)) return true;
        const all = Array.from({ length: layout.bounds.processes }, (_, index) => layout.process(index));
        return get(state, at, GONE) === 0 && all.some((other) => get(state, other, ALIVE) === 0);
      },
    },
    bounds: { processes: 3 },
  },
  { name: "older-copy-is-believed", breaks: "two in office", rules: { isOlder: () => false } },
  {
    name: "validity-counts-from-the-answer",
    breaks: "two in office",
    rules: { brings: (layout) => layout.bounds.deadlineTicks },
  },
  {
    name: "late-success-counts-from-its-sight",
    breaks: "two in office",
    rules: { bringsLate: (layout) => layout.bounds.deadlineTicks },
  },
  { name: "leads-on-after-release", breaks: "two in office", rules: { leadsOnAfterRelease: true } },
  { name: "unknown-is-success", breaks: "a success that was none", rules: { unknownIsSuccess: true } },
  { name: "swap-compares-nothing", breaks: "a committed write lost", rules: { swaps: () => true } },
  {
    name: "epoch-from-the-record-alone",
    breaks: "an epoch twice",
    rules: { claimEpoch: (layout, state, at) => layout.of(state, get(state, at, SEEN), EPOCH) + 1 },
  },
  {
    name: "renewed-past-the-deadline",
    breaks: "renewal out of office",
    rules: {
      mayRenew: (layout, state, at) => {
        const wasRight = get(state, at, LEFT);
        state[at + LEFT] = 1;
        const may = rules.mayRenew(layout, state, at);
        state[at + LEFT] = wasRight;
        return may;
      },
    },
  },
  { name: "released-at-work", breaks: "release during work", rules: { mayRelease: () => true } },
  { name: "acts-past-the-deadline", breaks: "begun out of office", rules: { mayBegin: () => true } },
  { name: "fence-lets-everybody-in", breaks: "a late write let in", rules: { letsIn: () => true } },
  {
    name: "free-is-waited-out",
    breaks: "a free lease withheld",
    rules: {
      mayClaim: (layout, state, at) => {
        const isFree = layout.of(state, get(state, at, SEEN), HOLDER) === 0;
        const isUnaged = get(state, at, AGE) < layout.bounds.leaseTicks;
        return rules.mayClaim(layout, state, at) && !(isFree && isUnaged);
      },
    },
  },
  {
    name: "nothing-expires",
    breaks: "an expired lease withheld",
    rules: {
      mayClaim: (layout, state, at) => {
        const wasAged = get(state, at, AGE);
        state[at + AGE] = 0;
        const may = rules.mayClaim(layout, state, at);
        state[at + AGE] = wasAged;
        return may;
      },
    },
  },
];
