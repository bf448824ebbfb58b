import type { ProofLine as SchemaProofLine, Timing } from "@tenure/schema";
import { DURATION_MAX_MS, formatDuration } from "@tenure/schema/light";
import { renewalsTakeMs, takeoverAtLeastMs, toMicrosecond } from "./resolve.ts";

/** One line of the proof: it holds when `left` ≤ `right`, both in milliseconds. */
export interface ProofLine extends SchemaProofLine {
  /** Each side in symbols and numbers, for people. */
  leftText: string;
  rightText: string;
  explanation: string;
}

/** The two lines that can fail. */
export function proveRules(timing: Timing): ProofLine[] {
  const { renewDeadlineMs: D, stopTimeoutMs: S, clockGranularityMs: epsilon, leaseDurationMs: L } = timing;
  const { toleratedMissedRenewals: m, renewIntervalMs: R, requestTimeoutMs: q } = timing;
  return [
    proofLine("SAFETY", {
      left: D + S + epsilon,
      leftText: `D ${show(D)} + S ${show(S)} + ε ${show(epsilon)}`,
      right: takeoverAtLeastMs(timing),
      rightText: `L ${show(L)} · (1 − ${timing.clockRateError}) / (1 + ${timing.clockRateError})`,
    }),
    proofLine("LIVENESS", {
      left: renewalsTakeMs(timing),
      leftText: `(m ${m} + 1) · R ${show(R)} · j ${timing.jitterFactor} + 2 · q ${show(q)}`,
      right: D,
      rightText: `D ${show(D)}`,
    }),
  ];
}

export function isSafe(timing: Timing): boolean {
  return proveRules(timing).every(({ holds }) => holds);
}

export function proofLine(
  rule: string,
  sides: Pick<ProofLine, "left" | "leftText" | "right" | "rightText">,
): ProofLine {
  const left = toMicrosecond(sides.left);
  const right = toMicrosecond(sides.right);
  const holds = left <= right;
  return {
    rule,
    left,
    right,
    holds,
    marginMs: toMicrosecond(right - left),
    leftText: sides.leftText,
    rightText: sides.rightText,
    explanation: `${sides.leftText} = ${show(left)} ${holds ? "≤" : ">"} ${show(right)} = ${sides.rightText}`,
  };
}

/** Like `formatDuration`, but nothing a proof may come upon is refused: negative, beyond a year, no number. */
export function show(ms: number): string {
  const amount = Math.abs(ms);
  const text = amount <= DURATION_MAX_MS ? formatDuration(amount) : `${amount}ms`;
  return ms < 0 ? `−${text}` : text;
}
