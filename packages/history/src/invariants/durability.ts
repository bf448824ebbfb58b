import type { Acked } from "../observation.ts";
import { only } from "../violation.ts";
import type { Invariant } from "../violation.ts";

export const durability: Invariant = {
  id: "I4",
  promise: "what was acknowledged as durable is there after every power cut",
  restsOn: ["recovered"],
  *check(history) {
    const acked = new Map<string, Acked>();
    for (const seen of only(history, "acked", "recovered")) {
      const before = acked.get(seen.lease);
      if (seen.kind === "acked") {
        if (before === undefined || seen.position > before.position) acked.set(seen.lease, seen);
        continue;
      }
      if (before === undefined) continue;
      const lost: string[] = [];
      if (seen.position < before.position) lost.push(`change ${before.position}, and only ${seen.position} was left`);
      if (seen.epochFloor < before.epoch) lost.push(`epoch ${before.epoch}, and the floor was ${seen.epochFloor}`);
      if (lost.length > 0)
        yield { invariant: "I4", facts: [before, seen], sentence: `${seen.lease} had acknowledged ${lost.join("; ")}` };
    }
  },
};
