import { ByHolder } from "./by-holder.ts";
import type { Case } from "./case.ts";
import type { Evidence } from "./evidence.ts";
import { indexFrom } from "./numbers.ts";
import { once } from "./once.ts";

/** The identities of one process. */
export interface Siblings {
  readonly has: (name: string) => boolean;
  /** Whether there is any beside the holder's. */
  readonly hasOthers: () => boolean;
}

/** A process registers all its names within this of each other. */
const TOGETHER_MS = 1_500;

/** Who shares the holder's process: by its number in a registry, or registered since the process was started. */
export function siblingsOf(own: Case, begin: Evidence, holder: string): Siblings {
  const { named, registered, pidsOf, holdersOf } = registryIn(own);
  const spawnedAt = own.lastUntil("spawned", begin.at)?.at ?? begin.at;
  const until = isIntruder(own, begin, spawnedAt) ? spawnedAt : begin.at + TOGETHER_MS;
  const pids = [...(pidsOf.get(holder) ?? [])];
  return {
    has: (name) =>
      name === holder ||
      registered.has(name, spawnedAt, until) ||
      pids.some((pid) => holdersOf.get(pid)?.has(name) === true),
    hasOthers: () =>
      countIn(named, spawnedAt, until) > registered.count(holder, spawnedAt, until) ||
      pids.some((pid) => (holdersOf.get(pid)?.size ?? 0) > 1),
  };
}

/** A holder that only the state names took the place of the one whose process was started: that process is not its own. */
export function isIntruder(own: Case, begin: Evidence, spawnedAt: number): boolean {
  return begin.kind === "state" && own.has("acquired", spawnedAt, begin.at);
}

function countIn(ordered: readonly Evidence[], from: number, to: number): number {
  const timeOf = ({ at }: Evidence): number => at;
  return Math.max(0, indexFrom(ordered, to, timeOf) - indexFrom(ordered, from, timeOf));
}

const registryIn = once((own: Case) => {
  const pidsOf = new Map<string, Set<number>>();
  const holdersOf = new Map<number, Set<string>>();
  for (const { facts } of own.of("registry-row")) {
    const { holder, pid } = facts;
    if (holder === undefined || pid === undefined) continue;
    pidsOf.set(holder, (pidsOf.get(holder) ?? new Set()).add(pid));
    holdersOf.set(pid, (holdersOf.get(pid) ?? new Set()).add(holder));
  }
  const named = own.of("registered").filter(({ facts }) => facts.holder !== undefined);
  return { named, registered: new ByHolder(named), pidsOf, holdersOf };
});
