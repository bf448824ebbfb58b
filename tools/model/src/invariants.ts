import { get, type Rules } from "./rules.ts";
import { AGE, ALIVE, GONE, HOLDER, LEFT, MESSAGE, SEEN, TERM, type Layout, type State } from "./state.ts";

/** What may never happen. The first two are asked of each state, the others of the step that would do it. */
export type Broken =
  | "two in office"
  | "a free lease withheld"
  | "an expired lease withheld"
  | "an epoch twice"
  | "an older epoch renewed"
  | "a committed write lost"
  | "a success that was none"
  | "renewal out of office"
  | "release during work"
  | "begun out of office"
  | "a late write let in";

export function broken(layout: Layout, rules: Rules, state: State): Broken | null {
  let inOffice = 0;
  for (let index = 0; index < layout.bounds.processes; index += 1) {
    const at = layout.process(index);
    if (get(state, at, TERM) > 0 && get(state, at, LEFT) > 0) inOffice += 1;
  }
  if (inOffice > 1) return "two in office";
  for (let index = 0; index < layout.bounds.processes; index += 1) {
    const withheld = withheldFrom(layout, rules, state, layout.process(index));
    if (withheld !== null) return withheld;
  }
  return null;
}

/** Whoever is there, and sees that the term before it is over, may claim at once. */
function withheldFrom(layout: Layout, rules: Rules, state: State, at: number): Broken | null {
  const seen = get(state, at, SEEN);
  if (get(state, at, ALIVE) === 0 || seen === layout.nothingSeen) return null;
  if (get(state, at, MESSAGE) !== 0 || get(state, at, TERM) !== 0) return null;
  if (rules.mayClaim(layout, state, at)) return null;
  if (get(state, at, AGE) >= layout.bounds.leaseTicks) return "an expired lease withheld";
  const isFree = get(state, at, GONE) === 0 && layout.of(state, seen, HOLDER) === 0;
  return isFree ? "a free lease withheld" : null;
}
