import type { Case } from "../case.ts";
import type { Evidence } from "../evidence.ts";
import { counted } from "../numbers.ts";
import type { Rule } from "../rule.ts";

/** A cycle under way when its service is stopped may still come to an end. */
const LAST_BREATH_MS = 5_000;

export const duplicateRenewer: Rule = {
  id: "duplicate-renewer",
  find({ own, timing: { renewIntervalMs } }) {
    if (renewIntervalMs === null) return null;
    const cycles = own.of("renewer-cycle");
    // Three times in one interval and a half there is no jitter that could do that.
    const crowded = cycles.filter(
      ({ at }, index) => (cycles[index + 2]?.at ?? Number.POSITIVE_INFINITY) - at < renewIntervalMs * 1.5,
    );
    const orphaned = cycles.filter(({ at }) => isStopped(own, at));
    const unnamed = besidePidFile(own);
    const found = crowded.length >= orphaned.length ? crowded : orphaned;
    if (found.length < 3 && unnamed.length === 0) return null;
    const odd =
      own.of("renewer-started").find(({ facts }) => /^(?:start|stop|status|restart)$/u.test(facts.label ?? "")) ?? null;
    return {
      part: "contributor",
      confidence:
        odd !== null || unnamed.length > 0 || (crowded.length >= 3 && orphaned.length >= 3) ? "high" : "medium",
      verdict:
        `a second renewal service ran: ${counted(crowded.length, "cycle")} came too close together for one, and ${orphaned.length} while the ` +
        `service was stopped` +
        (unnamed.length === 0
          ? ""
          : `; a renewal service that no line stopped is not the one that the pid file names`) +
        (odd === null ? "" : `; a command word was taken for the path of a pid file and started it`),
      evidence: [odd, ...unnamed, ...found],
      change: "refuse an unknown argument, and let the lease itself keep the renewer single",
    };
  },
};

function isStopped(own: Case, at: number): boolean {
  const stop = own.lastBefore("renewer-stopped", at - LAST_BREATH_MS);
  const start = own.lastUntil("renewer-started", at + LAST_BREATH_MS);
  return stop !== undefined && (start === undefined || start.at < stop.at);
}

/** A pid file that names one renewal service while another, which was started and not stopped, is in no pid file. */
function besidePidFile(own: Case): Evidence[] {
  const starts = own.of("renewer-started").filter(({ facts }) => facts.pid !== undefined);
  const started = new Set(starts.map(({ facts }) => facts.pid));
  const named = new Set(own.of("pid-file").map(({ facts }) => facts.pid));
  const file = own.of("pid-file").find(({ facts }) => started.has(facts.pid));
  const stopped = new Set(own.of("renewer-stopped").map(({ facts }) => facts.pid));
  const living = starts.filter(({ facts }) => !named.has(facts.pid) && !stopped.has(facts.pid));
  return file === undefined || living.length === 0 ? [] : [file, ...living];
}
