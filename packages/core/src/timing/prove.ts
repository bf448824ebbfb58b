import type { Timing } from "@tenure/schema";
import { LeaseError } from "../errors.ts";
import { nearestSafeTiming } from "./nearest.ts";
import { isSafe, proofLine, proveRules, show, type ProofLine } from "./rules.ts";

/** What is no part of a timing but decides how fast a crash is noticed. */
export interface DetectionFacts {
  /** How long a holder may report no progress before it counts as hung. A standing event loop needs no detecting. */
  readonly stallMs?: number;
}

/**
 * The proof, line by line. SAFETY and LIVENESS can fail. The DETECT lines bound how long nobody leads after a crash: of a
 * process whose kernel tells, of one that is not told of, of a hung one, of a host; their `left` is what `right` consists of.
 */
export function proveTiming(timing: Timing, facts: DetectionFacts = {}): ProofLine[] {
  return [...proveRules(timing), ...boundDetection(timing, facts.stallMs ?? 0)];
}

/** @throws LeaseError `EUNSAFETIMING` with each failing line, its numbers, and the nearest safe setting. */
export function assertSafeTiming(timing: Timing): void {
  if (isSafe(timing)) return;
  const failing = proveRules(timing).filter(({ holds }) => !holds);
  const lines = failing.map(({ rule, explanation }) => `${rule} fails: ${explanation}`);
  throw new LeaseError(
    "EUNSAFETIMING",
    `unsafe timing: ${lines.join("; ")}. Nearest safe setting: ${nearestSafeTiming(timing).change}`,
  );
}

function boundDetection(timing: Timing, stallMs: number): ProofLine[] {
  const { leaseDurationMs: L, lockDelayMs, renewIntervalMs: R, jitterFactor: j, requestTimeoutMs: q } = timing;
  const expiryMs = L + lockDelayMs + 2 * q;
  const delay = `lockDelay ${show(lockDelayMs)} + 2 · q ${show(q)}`;
  const hang = `stall ${show(stallMs)} + R ${show(R)} · j ${j}`;
  return [
    detect("DETECT_DEAD", "dead process, its kernel tells", lockDelayMs + 2 * q, delay),
    detect("DETECT_UNTOLD", "dead process, nobody tells", expiryMs, `L ${show(L)} + ${delay}`),
    detect("DETECT_HUNG", "hung process", stallMs + R * j + expiryMs, `${hang} + L ${show(L)} + ${delay}`),
    detect("DETECT_LOST_HOST", "lost host", expiryMs, `L ${show(L)} + ${delay}`),
  ];
}

function detect(rule: string, crash: string, boundMs: number, sum: string): ProofLine {
  return proofLine(rule, {
    left: boundMs,
    leftText: sum,
    right: boundMs,
    rightText: `${crash} → next leader, at most`,
  });
}
