import { type Check, warning, well } from "./answer.ts";
import type { Examined } from "./examined.ts";

export const identities: Check<Examined> = {
  question: "is its identity its own",
  look({ record, formerHolders }) {
    if (record === null || record.holderIdentity === null) return null;
    const twins = formerHolders.filter(({ holderIdentity }) => holderIdentity === record.holderIdentity);
    if (twins.length === 0) return well("no other process that is known to live has led under it");
    return warning({
      ruleId: "shared-identity",
      verdict: `another living process has led as "${record.holderIdentity}": logs cannot tell them apart`,
      evidence: twins.map(({ pid, epoch }) => `process ${pid} led with epoch ${epoch}, and lives`),
      change: "give each its own --holder, or leave it out",
    });
  },
};
