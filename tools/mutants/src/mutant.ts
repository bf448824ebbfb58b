import type { InvariantId } from "@tenure/history";
import type { Setting } from "./settings.ts";

/** One small wrong change: the only place in a source file where `find` stands reads `replace` instead. */
export interface Hunk {
  /** From the root of the workspace, as `packages/core/src/clock.ts`. */
  readonly file: string;
  /** Plain JavaScript, so that the built file reads the same but for white space. */
  readonly find: string;
  readonly replace: string;
}

interface Named extends Hunk {
  readonly name: string;
  /** What the change breaks, as the design has it. */
  readonly rule: string;
  /** Why that shows. */
  readonly why: string;
}

/** A change that a schedule of the simulator must expose. */
export interface Mutant extends Named {
  /** Each of these may be the one that is broken; anything else is no kill. */
  readonly invariants: readonly InvariantId[];
  /** What its schedules are like; left out: as they are drawn. */
  readonly setting?: Setting;
}

/** A change that no invariant speaks of, or that the simulated world cannot show; a unit test does. */
export interface UnitMutant extends Named {
  /** `packages/core/test/x.test.ts › the test's own title`. */
  readonly test: string;
}

/** A change that was considered and cannot be told from the original, so that it does not count. */
export interface Equivalent {
  readonly name: string;
  readonly why: string;
}
