import { parseProgressOrigin } from "@tenure/schema/light";
import type { ProgressOptions } from "@tenure/watchdog";
import type { Values } from "./keys.ts";

const DEFAULT_DEADLINE_MS = 30_000;

/** What a watchdog takes of them; `undefined`: the command reports nothing. */
export function progressOptionsOf(values: Values): ProgressOptions | undefined {
  const { progressFrom, progressDeadlineMs, progressGraceMs } = values;
  if (progressFrom === undefined) return undefined;
  return {
    from: parseProgressOrigin(progressFrom),
    deadlineMs: progressDeadlineMs ?? DEFAULT_DEADLINE_MS,
    ...(progressGraceMs !== undefined && { graceMs: progressGraceMs }),
  };
}

/** How long a holder's work may stand still before anybody takes it for hung, by its settings. */
export function stallOf(values: Values): number {
  return progressOptionsOf(values)?.deadlineMs ?? 0;
}
