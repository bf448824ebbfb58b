import { resolveTiming } from "@tenure/core";
import { checkInvariants, checkLinearizability, type InvariantId, type StoreOperation } from "@tenure/history";
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

/** What is expected of a store. */
export interface Expected {
  /** Each lease is one register. Default: true. */
  readonly isRegister?: boolean;
  /** It may refuse a claim while another that replaces the same is about to stand, as a file store does. Default: false. */
  readonly refusesEarly?: boolean;
}

/**
 * Whether windows overlapped, epochs came again, or, where it is to be one, a lease was ever another than one register; and whether
 * the model can have done the same.
 */
export function judge(recorded: Recorded, { isRegister = true, refusesEarly = false }: Expected = {}): Judgement {
  const { operations, observations, leaseDurationMs } = recorded;
  return {
    operations: operations.length,
    unknown: operations.filter((it) => it.kind === "swap" && it.outcome === "unknown").length,
    takeovers: observations.filter(({ kind }) => kind === "granted").length,
    violations: [
      ...checkInvariants(observations).filter(({ invariant }) => JUDGED.includes(invariant)),
      ...(isRegister ? checkLinearizability(refusesEarly ? withoutEarlyRefusals(operations) : operations) : []),
    ].map(({ sentence }) => sentence),
    rejections: isRegister ? rejectionsOf(recorded, resolveTiming({ leaseDurationMs })) : [],
  };
}

/** Such a refusal says nothing of what stands: the other has noted its epoch, and is not to be seen yet. */
function withoutEarlyRefusals(operations: readonly StoreOperation[]): readonly StoreOperation[] {
  const claims = new Map<string, StoreOperation[]>();
  for (const it of operations) {
    if (it.kind !== "swap" || it.outcome === "conflict") continue;
    const key = `${it.lease} ${it.expected}`;
    claims.set(key, [...(claims.get(key) ?? []), it]);
  }
  return operations.filter((it) => {
    if (it.kind !== "swap" || it.outcome !== "conflict") return true;
    const others = claims.get(`${it.lease} ${it.expected}`) ?? [];
    return !others.some(({ sentAt, answeredAt }) => sentAt <= it.answeredAt && it.answeredAt <= answeredAt);
  });
}
