import { LeaseError } from "@tenure/core";
import { defaultRestartPolicy, faultOfPolicy, type RestartPolicy } from "@tenure/watchdog";
import type { Key, Values } from "./keys.ts";
import type { Settings } from "./settings.ts";

/** What a watchdog takes of them. */
export function restartPolicyOf(values: Values): RestartPolicy {
  const { restartWhen, restartBurst, restartWindowMs, backoffMs, stableAfterMs, onExhausted, cooldownMs } = values;
  return {
    restart: restartWhen ?? defaultRestartPolicy.restart,
    burst: restartBurst ?? defaultRestartPolicy.burst,
    windowMs: restartWindowMs ?? defaultRestartPolicy.windowMs,
    backoffMs: backoffMs ?? defaultRestartPolicy.backoffMs,
    backoffMaxMs: Math.max(backoffMs ?? 0, defaultRestartPolicy.backoffMaxMs),
    stableAfterMs: stableAfterMs ?? defaultRestartPolicy.stableAfterMs,
    onExhausted: onExhausted ?? defaultRestartPolicy.onExhausted,
    cooldownMs: cooldownMs ?? defaultRestartPolicy.cooldownMs,
  };
}

/** By which key people set what a policy has. */
const keyOf: Readonly<Record<keyof RestartPolicy, Key>> = {
  restart: "restartWhen",
  burst: "restartBurst",
  windowMs: "restartWindowMs",
  backoffMs: "backoffMs",
  backoffMaxMs: "backoffMs",
  stableAfterMs: "stableAfterMs",
  onExhausted: "onExhausted",
  cooldownMs: "cooldownMs",
};

/** Of a budget as a whole. */
const budgetKeys: readonly Key[] = ["restartBurst", "restartWindowMs", "backoffMs"];

/** @throws LeaseError `ECONFIG` for a policy that cannot work, with the place where somebody wrote what is at fault. */
export function usablePolicyOf({ values, origins }: Settings): RestartPolicy {
  const policy = restartPolicyOf(values);
  const fault = faultOfPolicy(policy);
  if (fault === null) return policy;
  const field = (Object.keys(keyOf) as (keyof RestartPolicy)[]).find((each) => fault.startsWith(`${each} is `));
  const where = field === undefined ? undefined : origins.get(keyOf[field])?.where;
  if (field !== undefined && where !== undefined)
    throw new LeaseError("ECONFIG", `${where}${fault.slice(field.length)}`);
  const set = budgetKeys.flatMap((key) => origins.get(key)?.where ?? []);
  throw new LeaseError("ECONFIG", `${fault}${set.length === 0 ? "" : ` (set by ${set.join(", ")})`}`);
}
