import type { Case } from "./case.ts";
import type { Evidence } from "./evidence.ts";
import { beatOf, differences, median } from "./numbers.ts";
import { settingIn } from "./settings.ts";

/** What the logs show of a system's settings; `null` where they show nothing. */
export interface ObservedTiming {
  readonly leaseDurationMs: number | null;
  readonly renewIntervalMs: number | null;
  readonly pollMs: number | null;
}

export function timingIn(own: Case): ObservedTiming {
  const setting = (label: string): number | null => settingIn(own, label)?.value ?? null;
  const durations = own.of("state").flatMap(({ facts }) => facts.leaseDurationMs ?? []);
  return {
    leaseDurationMs: median(durations) ?? setting("leaseDuration"),
    renewIntervalMs: renewGapsIn(own) ?? setting("renewInterval") ?? cycleIn(own),
    pollMs: setting("poll") ?? pollIn(own),
  };
}

function renewGapsIn(own: Case): number | null {
  const byTerm = new Map<string, number[]>();
  for (const { facts, at } of [...own.of("state"), ...own.of("renewed")]) {
    const key = `${facts.holder} ${facts.epoch ?? ""}`;
    byTerm.set(key, [...(byTerm.get(key) ?? []), facts.renewTime ?? at]);
  }
  return beatOf([...byTerm.values()].flatMap((times) => differences(times.toSorted((a, b) => a - b))));
}

function cycleIn(own: Case): number | null {
  return median(differences(own.of("renewer-cycle").map(({ at }) => at)).filter((gap) => gap > 1_000));
}

/** What whoever polls found held; who only tried to acquire is no poller. */
export function heldPolls(own: Case): readonly Evidence[] {
  return own.of("held-seen").filter(({ facts }) => facts.label !== "try");
}

function pollIn(own: Case): number | null {
  return median(differences(heldPolls(own).map(({ at }) => at)).filter((gap) => gap > 1_000));
}
