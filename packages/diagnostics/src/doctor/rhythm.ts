import { counted, seconds } from "../numbers.ts";
import { type Check, warning, well } from "./answer.ts";
import { type Beat, type Examined, leaderOf } from "./examined.ts";

/** Every proved timing has (m + 1) · R · j + 2q ≤ D with m at least 1, so that one renewal comes at least each half of D. */
export const rhythm: Check<Examined> = {
  question: "in time, and by one renewer",
  look(examined) {
    const { record, beats } = examined;
    if (record === null || record.holderIdentity === null || beats.length < 3) return null;
    const returned = writerThatReturned(beats);
    if (returned !== null)
      return warning({
        ruleId: "second-renewer",
        verdict: `two renewers beat for ${leaderOf(examined)}: if its own one fails, the other hides it`,
        evidence: [
          `${returned} wrote again after another had: ${[...new Set(beats.map(({ writer }) => writer))].join("; ")}`,
        ],
        change: "end all but one of them",
      });
    const gaps = beats.slice(1).map(({ atMs, time }, at) => ({ ms: atMs - (beats[at]?.atMs ?? atMs), time }));
    const sorted = gaps.map(({ ms }) => ms).toSorted((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
    const longest = gaps.reduce((worst, gap) => (gap.ms > worst.ms ? gap : worst));
    if (longest.ms <= record.renewDeadlineMs / 2)
      return well(`each ${seconds(median)}, at most ${seconds(longest.ms)} apart, in the last ${gaps.length}`);
    return warning({
      ruleId: "late-renewal",
      verdict: `a renewal came ${seconds(longest.ms)} after the one before; after ${seconds(record.renewDeadlineMs)} the lease is lost`,
      evidence: [
        `renewed at ${longest.time}; the usual gap is ${seconds(median)}, over ${counted(gaps.length, "renewal")}`,
      ],
      change: "look for a blocked event loop, a slow store or a starved host at that time, or lengthen the lease",
    });
  },
};

/** One renewer may follow another; only who comes back was there all along. */
function writerThatReturned(beats: readonly Beat[]): string | null {
  const runs = beats.map(({ writer }) => writer).filter((writer, at, all) => writer !== all[at - 1]);
  return runs.find((writer, at) => runs.indexOf(writer) < at) ?? null;
}
