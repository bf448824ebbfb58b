import { z } from "zod";
import type { Known } from "./known.ts";
import { durationMsSchema, epochSchema } from "./number.ts";
import { machineTokenSchema, patternSchema, remarkSchema, timeSchema } from "./text.ts";
import { schemaVersionSchema } from "./version.ts";
import { DURATION_MAX_MS, RUN_OUTPUT_MAX_LENGTH } from "./vocabulary.ts";

/** Why a run was started: by hand; after a failure; as a probe of a spent budget; after an end that was no failure. */
export const runTriggerSchema = z.enum(["manual", "restarted", "probe", "continued"]);
export type RunTrigger = z.infer<typeof runTriggerSchema>;

/**
 * How a run ended. `lost`: the lease was, through no fault of the command. `stopped`: it was asked to. `interrupted`: the watchdog died
 * with it.
 */
export const runEndSchema = z.enum(["completed", "failed", "lost", "stopped", "interrupted"]);
export type RunEnd = z.infer<typeof runEndSchema>;

/** One run of a command under a lease, as the watchdog remembers it: a line of the file that its restart budget is counted by. */
export const runSchema = z.looseObject({
  schemaVersion: schemaVersionSchema,
  startTime: timeSchema,
  /** Counting goes by the boot-time clock: runs of another boot are not counted. */
  bootId: machineTokenSchema,
  startedBoottimeMs: z
    .number()
    .min(0)
    .max(100 * DURATION_MAX_MS),
  epoch: epochSchema,
  trigger: runTriggerSchema,
  /** `null`, as the three that follow: it has not ended yet, or its watchdog died with it. */
  end: runEndSchema.nullable(),
  durationMs: durationMsSchema.nullable(),
  exitCode: z.int().min(0).max(255).nullable(),
  signal: patternSchema(/^SIG[A-Z0-9+]{1,16}$/u, "a signal is written SIGTERM").nullable(),
  /** The last lines of its standard error, without control characters other than the ends of lines. */
  lastOutput: patternSchema(
    new RegExp(String.raw`^[^\p{Cs}]{0,${RUN_OUTPUT_MAX_LENGTH}}$`, "u"),
    `the last output is at most ${RUN_OUTPUT_MAX_LENGTH} characters`,
  ),
  /** The verdict it was ended for, and what was seen of its process then. */
  judged: remarkSchema.optional(),
  /** Whether another run is to follow: a watchdog that died before it started it goes on with the same budget. */
  isFollowed: z.boolean(),
});
export type Run = Known<typeof runSchema>;
