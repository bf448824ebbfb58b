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

type Sides = Pick<ProofLine, "left" | "right">;

function safetyOf(timing: Timing): Sides {
  const { renewDeadlineMs, stopTimeoutMs, clockGranularityMs } = timing;
  return { left: renewDeadlineMs + stopTimeoutMs + clockGranularityMs, right: takeoverAtLeastMs(timing) };
}

function livenessOf(timing: Timing): Sides {
  return { left: renewalsTakeMs(timing), right: timing.renewDeadlineMs };
}

function doesHold({ left, right }: Sides): boolean {
  return toMicrosecond(left) <= toMicrosecond(right);
}

/** The two lines that can fail. */
export function proveRules(timing: Timing): ProofLine[] {
  const { renewDeadlineMs: D, stopTimeoutMs: S, clockGranularityMs: epsilon, leaseDurationMs: L } = timing;
  const { toleratedMissedRenewals: m, renewIntervalMs: R, requestTimeoutMs: q } = timing;
  return [
    proofLine("SAFETY", {
      ...safetyOf(timing),
      leftText: `D ${show(D)} + S ${show(S)} + ε ${show(epsilon)}`,
      rightText: `L ${show(L)} · (1 − ${timing.clockRateError}) / (1 + ${timing.clockRateError})`,
    }),
    proofLine("LIVENESS", {
      ...livenessOf(timing),
      leftText: `(m ${m} + 1) · R ${show(R)} · j ${timing.jitterFactor} + 2 · q ${show(q)}`,
      rightText: `D ${show(D)}`,
    }),
  ];
}

/** Without a word of the proof: each client asks, and most of them are safe. */
export function isSafe(timing: Timing): boolean {
  return doesHold(safetyOf(timing)) && doesHold(livenessOf(timing));
}

export function proofLine(rule: string, sides: Sides & Pick<ProofLine, "leftText" | "rightText">): ProofLine {
  const left = toMicrosecond(sides.left);
  const right = toMicrosecond(sides.right);
  const holds = doesHold(sides);
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
