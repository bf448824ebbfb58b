import { type Check, warning, well } from "./answer.ts";
import type { Examined } from "./examined.ts";

export const programs: Check<Examined> = {
  question: "does it run the code on disk",
  look({ processes }) {
    const known = processes.flatMap(({ role, newerFiles }) => (newerFiles === null ? [] : [{ role, newerFiles }]));
    const old = known.filter(({ newerFiles }) => newerFiles.length > 0);
    if (known.length === 0) return null;
    if (old.length === 0) return well(`nothing newer on disk than ${known.map(({ role }) => role).join(" and ")}`);
    return warning({
      ruleId: "fix-not-loaded",
      verdict: `a ${old.map(({ role }) => role).join(" and a ")} runs older code than lies on disk: what was changed there has no effect yet`,
      evidence: old.flatMap(({ newerFiles }) => newerFiles),
      confidence: "medium",
      change: "restart it",
    });
  },
};
