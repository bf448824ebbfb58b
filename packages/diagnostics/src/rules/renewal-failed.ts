import { lossesIn, lossWindowMs } from "../before-loss.ts";
import type { Evidence } from "../evidence.ts";
import { counted } from "../numbers.ts";
import type { Rule, Scene } from "../rule.ts";

const QUOTE_MAX_LENGTH = 160;

export const renewalFailed: Rule = {
  id: "renewal-failed",
  find(scene) {
    const windowMs = lossWindowMs(scene);
    const found = lossesIn(scene).flatMap((loss) => {
      const tries = scene.own.between("renew-failed", loss.at - windowMs, loss.at + 1);
      return tries.length === 0 || isExplained(scene, loss, windowMs) ? [] : [{ loss, tries }];
    });
    const last = found[0]?.tries.at(-1);
    if (last === undefined) return null;
    const tries = found.reduce((sum, each) => sum + each.tries.length, 0);
    return {
      part: "cause",
      confidence: found.length > 1 ? "high" : "medium",
      verdict:
        `the holder tried to renew and could not (${counted(tries, "failed try", "failed tries")} before ` +
        `${counted(found.length, "loss", "losses")}), for a reason that is none of those known here; the log says: ${quoted(last)}`,
      evidence: found.flatMap((each) => [each.tries[0] ?? null, each.tries.at(-1) ?? null, each.loss]),
      counterEvidence: ["why a try failed is what its line says, and nothing else here tells more"],
      change: "look at what that line names: renewals were sent, and something refused or delayed them",
    };
  },
};

/** Whether another line says why tries fail. */
function isExplained({ own }: Scene, loss: Evidence, windowMs: number): boolean {
  const kinds = [
    "store-trouble",
    "permission-denied",
    "loop-stalled",
    "cpu-starved",
    "suspended",
    "clock-stepped",
    "connection-closed",
    "state-torn",
  ] as const;
  return kinds.some((kind) => own.has(kind, loss.at - windowMs, loss.at + 1));
}

function quoted({ text }: Evidence): string {
  const line = text.replace(/^.*?\]\s+(?=\S)/u, "").trim();
  return `"${line.length > QUOTE_MAX_LENGTH ? `${line.slice(0, QUOTE_MAX_LENGTH)}…` : line}"`;
}
