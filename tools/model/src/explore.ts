import type { Bounds } from "./bounds.ts";
import type { Broken } from "./invariants.ts";
import { rules, type Rules } from "./rules.ts";
import { Layout, nameOf, type State } from "./state.ts";
import { isOfProcess, stepList, Steps, steps as inWords, type Step } from "./steps.ts";
import { Visited } from "./visited.ts";

export interface Explored {
  readonly states: number;
  readonly steps: number;
  readonly depth: number;
  /** Steps of each kind: one that never occurs is no part of the model. */
  readonly taken: Readonly<Record<Step, number>>;
  /** `null`: every state that can be reached was, and no promise was broken in any. */
  readonly counterexample: Counterexample | null;
}

/** The shortest way from the beginning to a broken promise. */
export interface Counterexample {
  readonly broke: Broken;
  readonly lines: readonly string[];
}

/** Every state that can be reached within the bounds, breadth first, so that a counterexample is a shortest one. */
export function explore(bounds: Bounds, changed: Partial<Rules> = {}): Explored {
  const layout = new Layout(bounds);
  const steps = new Steps(layout, { ...rules, ...changed });
  const visited = new Visited(layout.length);
  const from = new Uint16Array(layout.length);
  visited.add(layout.initial(), 0, 0);
  const taken = Object.fromEntries(stepList.map((step) => [step, 0])) as Record<Step, number>;
  let depth = 0;
  let lastOfDepth = 0;
  let found: { readonly at: number; readonly label: number; readonly broke: Broken } | null = null;
  for (let at = 0; at < visited.size; at += 1) {
    if (found !== null) break;
    visited.read(at, from);
    steps.from(from, (next, step, index, broke) => {
      taken[step] += 1;
      const label = stepList.indexOf(step) * 8 + index;
      if (broke !== null) found ??= { at, label, broke };
      visited.add(next, at, label);
    });
    if (at === lastOfDepth && visited.size > at + 1) {
      depth += 1;
      lastOfDepth = visited.size - 1;
    }
  }
  const counterexample = found === null ? null : tell(layout, visited, found);
  const sum = Object.values(taken).reduce((all, count) => all + count, 0);
  return { states: visited.size, steps: sum, depth, taken, counterexample };
}

function tell(
  layout: Layout,
  visited: Visited,
  { at, label, broke }: { readonly at: number; readonly label: number; readonly broke: Broken },
): Counterexample {
  const lines: string[] = [`${titleOf(label)}: ${broke}`];
  const state: State = new Uint16Array(layout.length);
  for (let place = at; place !== 0; place = visited.parentOf(place)) {
    visited.read(place, state);
    lines.push(`${titleOf(visited.labelOf(place)).padEnd(48)} ${layout.describe(state)}`);
  }
  return { broke, lines: lines.toReversed() };
}

function titleOf(label: number): string {
  const step = stepList[label >> 3];
  if (step === undefined) return "";
  return isOfProcess(step) ? `${nameOf(label & 7)}: ${inWords[step]}` : inWords[step];
}
