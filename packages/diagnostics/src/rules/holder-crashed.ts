import type { Case } from "../case.ts";
import type { Evidence } from "../evidence.ts";
import { SIGKILL_CODE, wasAsked } from "../exit-code.ts";
import { OUT_OF_MEMORY, WATCHDOG } from "../labels.ts";
import { counted } from "../numbers.ts";
import type { Rule } from "../rule.ts";

export const holderCrashed: Rule = {
  id: "holder-crashed",
  find({ own, terms }) {
    const exited = terms.filter(({ exit, released }) => exit?.facts.exitCode !== undefined && released === null);
    const crashed = exited.filter(({ exit }) => exit !== null && exit.facts.exitCode !== 0 && !wasAsked(exit));
    if (crashed.length === 0) return null;
    const codes = [...new Set(crashed.map(({ exit }) => exit?.facts.exitCode))];
    const killed = crashed.filter(({ exit }) => exit?.facts.exitCode === SIGKILL_CODE).length;
    const noMemory = crashed.filter(({ exit }) => exit?.facts.label === OUT_OF_MEMORY).length;
    const judged = crashed.filter(({ exit }) => exit !== null && isJudged(own, exit)).length;
    // Without a line that names the holder's process, what the kernel ended may have been another one.
    const isSure = noMemory < crashed.length || own.of("spawned").length > 0;
    return {
      part: "cause",
      confidence: crashed.length > 1 && isSure ? "high" : "medium",
      ...(!isSure && {
        counterEvidence: ["no line says which process the holder is: the kernel may have ended another one"],
      }),
      verdict:
        `${crashed.length} of ${counted(exited.length, "holder")} did not end normally (exit code ${codes.join(", ")}` +
        (killed > 0 ? `; ${SIGKILL_CODE} is a kill -9, ${counted(killed, "time")}` : "") +
        ")" +
        (noMemory > 0 ? `, ${noMemory} of them killed by the kernel for want of memory` : "") +
        (judged > 0 ? `, ${judged} of them ended by whoever watches it, which had heard nothing of it in time` : "") +
        (killed > 0 ? ": what is killed so releases nothing" : ""),
      evidence: crashed.map(({ exit }) => exit),
      change:
        noMemory > 0
          ? "give the holder the memory it needs, or a limit that it keeps to"
          : judged > 0
            ? "find what kept it from reporting, which its own last lines show: it hung, was too busy, or was slower than its watchdog allows"
            : "find what ends the holder; until then only proof of its death, or a shorter lease, makes the gap shorter",
    };
  },
};

/** A dump of its memory takes a moment. */
const DUMP_MS = 90_000;

/** Whether whoever watches it gave it up before it ended. */
function isJudged(own: Case, exit: Evidence): boolean {
  return own.between("killed", exit.at - DUMP_MS, exit.at + 1).some(({ facts }) => facts.label === WATCHDOG);
}
