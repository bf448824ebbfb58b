import { LeaseError } from "@tenure/core";
import type { ForeignProofDocument, ForeignSetting, ForeignSystem } from "@tenure/schema";
import { clientGo } from "./client-go.ts";
import { consul } from "./consul.ts";
import { etcd } from "./etcd.ts";
import { patroni } from "./patroni.ts";
import { properLockfile } from "./proper-lockfile.ts";
import { readSettings } from "./read-settings.ts";
import { show, type ForeignRules, type SettingForms } from "./system.ts";
import { systemd } from "./systemd.ts";

const systems: readonly ForeignRules[] = [clientGo, patroni, consul, etcd, properLockfile, systemd];

export const foreignSystems: readonly ForeignSystem[] = systems.map(({ system }) => system);

/**
 * What another system guarantees with its settings, by arithmetic: its own rules, how long two may lead at once, how long nobody
 * leads, and what to change. Settings are `key=value` texts; what is not given is the system's own default. Clock rates are taken as equal.
 * @throws LeaseError `EUSAGE` for a system or a setting that is none.
 */
export function proveForeign(system: string, settings: readonly string[]): ForeignProofDocument {
  const found = systems.find((each) => each.system === system);
  if (found === undefined) throw new LeaseError("EUSAGE", `--foreign names one of ${foreignSystems.join(", ")}`);
  const values = readSettings(settings, found.forms);
  const { inForce = {}, rules, overlap, ...rest } = found.judge(values);
  return {
    system: found.system,
    settings: Object.entries({ ...values, ...inForce }).map(([name, value]) => shown(name, value, found.forms)),
    rules,
    overlap,
    verdict: overlap.worstMs === null ? "unbounded" : overlap.worstMs > 0 ? "overlaps" : "excludes",
    ...rest,
    sources: [...found.sources],
  };
}

function shown(name: string, value: number | string, forms: SettingForms): ForeignSetting {
  if (typeof value === "string" || forms[name]?.kind !== "duration") return { name, value: String(value) };
  return { name, value: show(value), durationMs: value };
}
