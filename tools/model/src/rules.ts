import {
  AGE,
  ALIVE,
  CURRENT,
  EPOCH,
  EXPECTED,
  FENCE,
  GONE,
  HOLDER,
  LEFT,
  MESSAGE_LEFT,
  PUBLISHED,
  REVOKED,
  SEEN,
  TERM,
  USED,
  WORK,
  type Layout,
  type State,
} from "./state.ts";

/** Everything the protocol decides, asked of one process that stands at `at` in the state. A mutant changes one of these. */
export interface Rules {
  /** May it claim what it has seen? */
  mayClaim(layout: Layout, state: State, at: number): boolean;
  claimEpoch(layout: Layout, state: State, at: number): number;
  /** Is the older copy that it reads taken for none? */
  isOlder(layout: Layout, state: State): boolean;
  mayRenew(layout: Layout, state: State, at: number): boolean;
  mayRelease(layout: Layout, state: State, at: number): boolean;
  /** Whether what is found in the store still says that it leads. */
  stands(layout: Layout, state: State, at: number, index: number): boolean;
  /** The store's own: does the swap take effect? */
  swaps(layout: Layout, state: State, write: number): boolean;
  /** Ticks that an answered request brings. */
  brings(layout: Layout, state: State, at: number): number;
  /** Ticks that a request brings whose effect was seen later. */
  bringsLate(layout: Layout, left: number): number;
  /** What an answer that never came counts as. */
  readonly unknownIsSuccess: boolean;
  /** Has what it saw before stood since? */
  isSame(layout: Layout, state: State, at: number): boolean;
  mayBegin(layout: Layout, state: State, at: number): boolean;
  /** The resource's own. */
  letsIn(layout: Layout, state: State, at: number): boolean;
  /** Does it lead on until its release is answered? */
  readonly leadsOnAfterRelease: boolean;
}

export const rules: Rules = {
  mayClaim: (layout, state, at) => {
    const seen = get(state, at, SEEN);
    if (get(state, at, AGE) >= layout.bounds.leaseTicks) return true;
    if (get(state, at, GONE) === 1) return false;
    const holder = layout.of(state, seen, HOLDER);
    return holder === 0 || state[layout.process(holder - 1) + ALIVE] === 0;
  },
  claimEpoch: (layout, state, at) => Math.max(layout.of(state, get(state, at, SEEN), EPOCH), state[USED] ?? 0) + 1,
  isOlder: (layout, state) => layout.of(state, state[CURRENT] ?? 0, EPOCH) < (state[PUBLISHED] ?? 0),
  mayRenew: (layout, state, at) => {
    const seen = get(state, at, SEEN);
    if (get(state, at, LEFT) === 0 || get(state, at, GONE) === 1) return false;
    return layout.of(state, seen, EPOCH) === get(state, at, TERM) && layout.of(state, seen, REVOKED) === 0;
  },
  mayRelease: (_layout, state, at) => get(state, at, WORK) === 0,
  stands: (layout, state, at, index) => {
    const record = state[CURRENT] ?? 0;
    if (layout.of(state, record, EPOCH) !== get(state, at, TERM)) return false;
    return layout.of(state, record, HOLDER) === index + 1 && layout.of(state, record, REVOKED) === 0;
  },
  swaps: (layout, state, write) => layout.of(state, write, EXPECTED) === state[CURRENT],
  brings: (_layout, state, at) => get(state, at, MESSAGE_LEFT),
  bringsLate: (_layout, left) => left,
  unknownIsSuccess: false,
  isSame: (_layout, state, at) => get(state, at, SEEN) === state[CURRENT],
  mayBegin: (_layout, state, at) => get(state, at, LEFT) > 0,
  letsIn: (_layout, state, at) => get(state, at, WORK) >= (state[FENCE] ?? 0),
  leadsOnAfterRelease: false,
};

export function get(state: State, at: number, place: number): number {
  return state[at + place] ?? 0;
}
