import type { Evidence, Facts } from "../evidence.ts";
import { counted } from "../numbers.ts";
import type { Rule } from "../rule.ts";

export const identityCollision: Rule = {
  id: "identity-collision",
  find({ own }) {
    const writes = [
      ...own.of("acquired"),
      ...own.of("renewed"),
      ...own.of("state"),
      ...own.of("renew-claimed"),
      ...own.of("registry-row"),
      ...own.of("released"),
    ];
    const ordered = writes.toSorted((a, b) => a.at - b.at);
    const returns = [...returnsOf(ordered, ({ instance }) => instance), ...returnsOf(ordered, ({ pid }) => pid)];
    const [first] = returns;
    if (first === undefined) return null;
    const holders = new Set(returns.map(([write]) => write?.facts.holder));
    return {
      part: "cause",
      confidence: returns.length > 1 ? "high" : "medium",
      verdict:
        `two processes go by one name: ${[...holders].slice(0, 3).join(", ")} wrote from one process, then from another, and then from the ` +
        `first again (${counted(returns.length, "time")}), so each takes the other's lease for its own`,
      evidence: returns.flat(),
      counterEvidence: ["a process that was started anew under a number used before would look the same, once"],
      change:
        "make the identity new for each process, for instance the pod's name and a random part, never the host's name alone",
    };
  },
};

/** Where somebody who had written under a name before writes again, after another did: a restart does not come back. */
function returnsOf(writes: readonly Evidence[], writerOf: (facts: Facts) => string | number | undefined): Evidence[][] {
  const lastBy = new Map<string, Map<string | number, Evidence>>();
  const lastOf = new Map<string, Evidence>();
  const epochs = new Map<string, number>();
  const returns: Evidence[][] = [];
  for (const write of writes) {
    const { holder, epoch = Number.NEGATIVE_INFINITY } = write.facts;
    if (holder === undefined) continue;
    // Whoever comes next came by the lease in order.
    if (write.kind === "released" || epoch > (epochs.get(holder) ?? Number.NEGATIVE_INFINITY)) {
      lastBy.delete(holder);
      lastOf.delete(holder);
      epochs.set(holder, Math.max(epoch, epochs.get(holder) ?? epoch));
    }
    const writer = writerOf(write.facts);
    if (write.kind === "released" || writer === undefined) continue;
    const writers = lastBy.get(holder) ?? new Map<string | number, Evidence>();
    lastBy.set(holder, writers);
    const [before, own] = [lastOf.get(holder), writers.get(writer)];
    if (before !== undefined && own !== undefined && writerOf(before.facts) !== writer)
      returns.push([own, before, write]);
    writers.set(writer, write);
    lastOf.set(holder, write);
  }
  return returns;
}
