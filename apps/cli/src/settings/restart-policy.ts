import { defaultRestartPolicy, type RestartPolicy } from "@tenure/watchdog";
import type { Values } from "./keys.ts";

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
