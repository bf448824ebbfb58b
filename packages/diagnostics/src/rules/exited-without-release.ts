import type { Rule } from "../rule.ts";

export const exitedWithoutRelease: Rule = {
  id: "exited-without-release",
  find({ terms }) {
    const exited = terms.filter(({ exit, released }) => exit !== null && released === null);
    const clean = exited.filter(({ exit }) => exit?.facts.exitCode === 0);
    if (clean.length === 0) return null;
    const labels = new Set(clean.flatMap(({ exit }) => exit?.facts.label ?? []));
    const wrong = [...labels].filter((label) => /crash|fail|kill|abort/iu.test(label));
    return {
      part: "cause",
      confidence: "high",
      verdict:
        `${clean.length} of ${exited.length} holders ended normally (exit code 0) and left the lease behind` +
        (wrong.length > 0 ? `; the log calls these ends "${wrong[0]}", which is wrong` : ""),
      evidence: clean.map(({ exit }) => exit),
      ...(clean.length < exited.length && {
        counterEvidence: [`${exited.length - clean.length} other holders ended with another exit code`],
      }),
      change: "release the lease on every way out, and treat exit code 0 as completion",
    };
  },
};
