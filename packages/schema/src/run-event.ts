import { z } from "zod";
import { failureReportSchema } from "./error-document.ts";
import type { AllKnown } from "./known.ts";
import { countSchema, durationMsSchema, epochSchema } from "./number.ts";
import { processIdentitySchema } from "./process-identity.ts";
import { runSchema, runTriggerSchema } from "./run.ts";
import { leaseNameSchema, timeSchema } from "./text.ts";

/** Free words, for people: what a command or a system said stands in them. */
const wordsSchema = z.string().max(16_384);
const processesSchema = z.array(processIdentitySchema);

const verdictSchema = z.enum(["healthy", "slow", "stalled", "starved", "wedged", "dead", "paused"]);

/** What the system told of a process that was about to be ended; `null` where it did not. */
const sightingSchema = z.looseObject({
  /** One letter, as `ps` shows it. */
  state: z.string().max(1).nullable(),
  /** The kernel function it waited in. */
  waitsIn: z.string().max(64).nullable(),
  threads: countSchema.nullable(),
  openDescriptors: countSchema.nullable(),
});

const told = <Type extends string, Facts extends z.ZodRawShape>(type: Type, facts: Facts) =>
  z.looseObject({ type: z.literal(type), name: leaseNameSchema, time: timeSchema, ...facts });

/** `tenure run --json`, on stderr: what a run tells of itself, beside the events of its lease. */
export const runEventSchema = z.discriminatedUnion("type", [
  /** Something stands in the way of the lease that time may cure. */
  told("run.hindered", { why: wordsSchema }),
  told("run.leading", { epoch: epochSchema }),
  /** Left by earlier terms, and ended before anything was started. */
  told("run.orphans_ended", { processes: processesSchema }),
  told("run.started", { child: processIdentitySchema }),
  /** Exactly one of the two is set. */
  told("run.child_ended", {
    exit: z.looseObject({ exitCode: runSchema.shape.exitCode, signal: runSchema.shape.signal }),
  }),
  /** A verdict on the command that differs from the last. */
  told("run.judged", {
    judgement: z.looseObject({
      verdict: verdictSchema,
      /** Whether the command is ended for it. */
      act: z.boolean(),
      evidence: wordsSchema,
    }),
    sighting: sightingSchema.nullable(),
    lastOutput: runSchema.shape.lastOutput,
  }),
  told("run.stopping", { why: wordsSchema }),
  /** They had left the command's process group, and were ended too. */
  told("run.escapees_ended", { processes: processesSchema }),
  /** They would not die, and the lease is not given back. */
  told("run.stuck", { processes: processesSchema }),
  /** How a run that may be followed by another one ended. */
  told("run.recorded", { run: runSchema }),
  told("run.restarting", {
    trigger: runTriggerSchema,
    /** In a row. */
    failures: countSchema,
    afterMs: durationMsSchema,
    lastOutput: runSchema.shape.lastOutput,
  }),
  /** The restart budget is spent, and the policy says to stop. */
  told("run.exhausted", {
    restarts: countSchema,
    lastOutput: runSchema.shape.lastOutput,
  }),
  /** The lease was not given back, and runs out. */
  told("run.release_failed", { error: failureReportSchema }),
]);
export type RunEventDocument = AllKnown<z.infer<typeof runEventSchema>>;
