import { resolveTiming } from "@tenure/core";
import { checkInvariants, checkLinearizability, type InvariantId } from "@tenure/history";
import { rejectionsOf } from "@tenure/model";
import type { Recorded } from "./recorder.ts";

/** What the processes' own words suffice for: overlap, and epochs. The others need what stood in the store. */
const JUDGED: readonly InvariantId[] = ["I1", "I2"];

export interface Judgement {
  readonly operations: number;
  readonly unknown: number;
  readonly takeovers: number;
  /** One sentence each. */
  readonly violations: readonly string[];
  /** One sentence for each lease whose history is no way through the model of the protocol, whose store is a register. */
  readonly rejections: readonly string[];
}

/**
 * Whether windows overlapped, epochs came again, or, where it is to be one, a lease was ever another than one register; and whether
 * the model can have done the same.
 */
export function judge(recorded: Recorded, { isRegister = true }: { readonly isRegister?: boolean } = {}): Judgement {
  const { operations, observations, leaseDurationMs } = recorded;
  return {
    operations: operations.length,
    unknown: operations.filter((it) => it.kind === "swap" && it.outcome === "unknown").length,
    takeovers: observations.filter(({ kind }) => kind === "granted").length,
    violations: [
      ...checkInvariants(observations).filter(({ invariant }) => JUDGED.includes(invariant)),
      ...(isRegister ? checkLinearizability(operations) : []),
    ].map(({ sentence }) => sentence),
    rejections: isRegister ? rejectionsOf(recorded, resolveTiming({ leaseDurationMs })) : [],
  };
}
