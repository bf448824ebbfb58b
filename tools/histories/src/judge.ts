import { checkInvariants, checkLinearizability, type InvariantId } from "@tenure/history";
import type { Recorded } from "./recorder.ts";

/** What the processes' own words suffice for: overlap, and epochs. The others need what stood in the store. */
const JUDGED: readonly InvariantId[] = ["I1", "I2"];

export interface Judgement {
  readonly operations: number;
  readonly unknown: number;
  readonly takeovers: number;
  /** One sentence each. */
  readonly violations: readonly string[];
}

/** Whether windows overlapped, epochs came again, or, where it is to be one, a lease was ever another than one register. */
export function judge(
  { operations, observations }: Recorded,
  { isRegister = true }: { readonly isRegister?: boolean } = {},
): Judgement {
  return {
    operations: operations.length,
    unknown: operations.filter((it) => it.kind === "swap" && it.outcome === "unknown").length,
    takeovers: observations.filter(({ kind }) => kind === "granted").length,
    violations: [
      ...checkInvariants(observations).filter(({ invariant }) => JUDGED.includes(invariant)),
      ...(isRegister ? checkLinearizability(operations) : []),
    ].map(({ sentence }) => sentence),
  };
}
