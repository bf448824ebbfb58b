import { type Check, ill, well } from "./answer.ts";
import type { Examined } from "./examined.ts";

export const journal: Check<Examined> = {
  question: "is its journal whole",
  look({ journalProblems, files, beats }) {
    const [file] = files;
    if (file !== undefined)
      return ill({
        ruleId: "file-not-own",
        verdict: `${file.path} ${file.fault}`,
        evidence: files.map(({ path, fault }) => `${path} ${fault}`),
        change: file.change,
      });
    if (journalProblems === null) return null;
    if (journalProblems.length > 0)
      return ill({
        ruleId: "journal-damaged",
        verdict: "its journal is damaged: what happened before cannot all be told",
        evidence: journalProblems.slice(0, 12),
        change: "keep a copy of the folder for a post-mortem, and look for whoever writes there besides tenure",
      });
    return beats.length === 0 ? null : well("every line builds on the one before");
  },
};
