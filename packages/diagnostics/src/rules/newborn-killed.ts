import type { Case } from "../case.ts";
import type { Evidence } from "../evidence.ts";
import { counted, indexAfter, most, seconds } from "../numbers.ts";
import type { Rule, Scene } from "../rule.ts";

/** Of stamps in whole seconds. */
const TOLERANCE_MS = 2_000;
const SAME_KILL_MS = 5_000;

export const newbornKilled: Rule = {
  id: "newborn-killed",
  find(scene) {
    const { own } = scene;
    const birthBefore = birthsIn(own);
    const killed = killsIn(own).flatMap((kill) => {
      const birth = birthBefore(kill);
      return birth === undefined ? [] : [{ kill, birth, livedMs: kill.at - birth.at }];
    });
    const inherited = killed.filter(({ kill, livedMs }) => (kill.facts.ageMs ?? 0) > livedMs + TOLERANCE_MS);
    const unborn = killed.filter(({ birth, kill }) => !spoke(scene, birth, kill));
    const [first] = inherited;
    const found = first === undefined ? unborn : inherited;
    if (first === undefined && unborn.length < 3) return null;
    const longestMs = most(found.map(({ livedMs }) => livedMs));
    return {
      part: "cause",
      confidence: first === undefined ? "medium" : "high",
      verdict:
        first === undefined
          ? `a process is killed before it has come up: ${found.length} of ${killed.length} were ended within ${seconds(longestMs)} of their start, without a sign of life`
          : `a newborn is judged by its predecessor's heartbeat: ${counted(found.length, "process", "processes")} of ${killed.length} ` +
            `killed, the first ${seconds(first.livedMs)} after its start for being silent for ${seconds(first.kill.facts.ageMs ?? 0)}`,
      evidence: found.flatMap(({ birth, kill }) => [birth, kill]),
      counterEvidence: first === undefined ? ["a process that hangs at its start would look the same"] : [],
      change:
        first === undefined
          ? "give a starting process as long as its slowest start takes, before it is judged at all"
          : "let a heartbeat name the process that wrote it, and start its clock anew with each start",
    };
  },
};

/** The last start before a kill of what may be the same process. */
function birthsIn(own: Case): (kill: Evidence) => Evidence | undefined {
  const byPid = new Map<number | undefined, Evidence[]>();
  for (const birth of own.of("spawned")) {
    const of = byPid.get(birth.facts.pid) ?? [];
    byPid.set(birth.facts.pid, of);
    of.push(birth);
  }
  const before = (pid: number | undefined, at: number): Evidence | undefined => {
    const births = byPid.get(pid) ?? [];
    return births[indexAfter(births, at, (each) => each.at) - 1];
  };
  return ({ at, facts: { pid } }) => {
    if (pid === undefined) return own.lastUntil("spawned", at);
    const [named, unnamed] = [before(pid, at), before(undefined, at)];
    return (named?.at ?? Number.NEGATIVE_INFINITY) >= (unnamed?.at ?? Number.NEGATIVE_INFINITY) ? named : unnamed;
  };
}

function spoke({ own }: Scene, birth: Evidence, kill: Evidence): boolean {
  const kinds = ["acquired", "renewed", "registered", "worked", "touched"] as const;
  return kinds.some((kind) => own.has(kind, birth.at, kill.at));
}

/** One kill may be told in several lines: why, and how. The one that says for how long nothing was heard counts. */
function killsIn(own: Case): Evidence[] {
  const kept: Evidence[] = [];
  for (const kill of own.of("killed")) {
    const before = kept.at(-1);
    const isSame = before !== undefined && kill.at - before.at <= SAME_KILL_MS && kill.facts.pid === before.facts.pid;
    if (!isSame) kept.push(kill);
    else if (before.facts.ageMs === undefined) kept.splice(-1, 1, kill);
  }
  return kept;
}
