import { type Check, ill, warning, well } from "./answer.ts";
import type { ExaminedPlace } from "./examined.ts";
import { roomInWords, roomLeft } from "./room.ts";

export const space: Check<ExaminedPlace> = {
  question: "is there room to write",
  look({ place, freeBytes, freeFiles }) {
    if (freeBytes === null) return null;
    const room = { freeBytes, freeFiles };
    const free = roomInWords(room);
    const told = {
      evidence: [free, `${freeFiles ?? "unknown"} files more`],
      change: `make room on the disk of ${place}`,
    };
    const left = roomLeft(room);
    if (left === "none")
      return ill({ ...told, ruleId: "no-space-left", verdict: "there is no room left: the next renewal fails" });
    if (left === "little")
      return warning({
        ...told,
        ruleId: "little-space-left",
        verdict: `${free}: renewals will fail when it is used up`,
      });
    return well(free);
  },
};

export const honesty: Check<ExaminedPlace> = {
  question: "is the place fit for leases",
  look({ facts, warnings }) {
    const [first, ...more] = warnings;
    if (first !== undefined)
      return warning({
        ruleId: "place-unfit",
        verdict: first,
        evidence: more,
        change: "do what it says, or name another place with --dir or --store",
      });
    return well(
      Object.entries(facts)
        .map(([key, value]) => `${key} ${value}`)
        .join(", "),
    );
  },
};

export const host: Check<ExaminedPlace> = {
  question: "does this machine tell enough",
  look({ hostLimits, hostClock }) {
    const [first, ...more] = hostLimits;
    if (first === undefined) return well(`boot, processes and namespaces are told; ${hostClock}`);
    return warning({
      ruleId: "host-limits",
      verdict: first,
      evidence: more,
      change: "run where /proc is this namespace's own and hides nothing",
    });
  },
};
