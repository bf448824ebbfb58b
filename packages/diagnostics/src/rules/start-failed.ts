import type { Evidence } from "../evidence.ts";
import { counted } from "../numbers.ts";
import type { Rule } from "../rule.ts";

const FEWEST = 3;

export const startFailed: Rule = {
  id: "start-failed",
  find({ own }) {
    const spawns = own.of("spawned").filter(({ facts }) => facts.pid !== undefined);
    let row: (readonly [Evidence, Evidence])[] = [];
    let longest = row;
    for (const [index, spawn] of spawns.entries()) {
      const until = spawns[index + 1]?.at ?? Number.POSITIVE_INFINITY;
      const exit = own.between("exited", spawn.at, until).find(({ facts }) => facts.pid === spawn.facts.pid);
      const isDead = exit !== undefined && exit.facts.exitCode !== 0 && !own.has("acquired", spawn.at, until);
      if (isDead) row.push([spawn, exit]);
      else row = [];
      if (row.length > longest.length) longest = row;
    }
    if (longest.length < FEWEST) return null;
    const codes = [...new Set(longest.flatMap(([, exit]) => exit.facts.exitCode ?? []))];
    return {
      part: "cause",
      confidence: "high",
      verdict:
        `nobody came to lead: ${counted(longest.length, "start")} in a row ended before the new process had acquired the lease` +
        (codes.length > 0 ? ` (exit code ${codes.join(", ")})` : ""),
      evidence: longest.flat(),
      change: "read what the process prints when it starts: the lease is free, and nobody lives long enough to take it",
    };
  },
};
