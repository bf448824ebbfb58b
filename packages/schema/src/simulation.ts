import { z } from "zod";
import type { Known } from "./known.ts";
import { countSchema } from "./number.ts";

/** A schedule in which a promise was broken. */
export const brokenScheduleSchema = z.looseObject({
  /** Runs it again: `tenure simulate --replay SEED`. */
  seed: z.int(),
  violations: z.array(
    z.looseObject({
      /** `I1` to `I10`, as `@tenure/history` numbers them. */
      invariant: z.string().regex(/^I\d{1,3}$/u, "an invariant is named I and a number"),
      sentence: z.string().max(65_536),
    }),
  ),
});
export type BrokenSchedule = Known<typeof brokenScheduleSchema>;

/** `tenure simulate --json`. The same for the same seeds and the same build: no time of any clock is in it. */
export const simulationDocumentSchema = z.looseObject({
  /** The first seed; the others follow it. */
  seed: z.int(),
  schedules: countSchema,
  broken: z.array(brokenScheduleSchema),
  /** On how many observations the verdict on each invariant rests. */
  evidence: z.record(z.string().max(64), countSchema),
  /** How often each fault occurred. */
  faults: z.record(z.string().max(64), countSchema),
  /** Of everything that was observed. */
  digest: z.string().max(128),
});
export interface SimulationDocument extends Omit<Known<typeof simulationDocumentSchema>, "broken"> {
  broken: BrokenSchedule[];
}
