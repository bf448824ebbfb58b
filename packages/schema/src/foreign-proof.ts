import { z } from "zod";
import type { Known } from "./known.ts";

export const foreignSystemSchema = z.enum(["client-go", "patroni", "consul", "etcd", "proper-lockfile", "systemd"]);
export type ForeignSystem = z.infer<typeof foreignSystemSchema>;

const sentence = z.string().max(4096);

export const foreignSettingSchema = z.looseObject({
  name: z.string().max(64),
  /** For people: `15s`, `5`, `required`. */
  value: z.string().max(64),
  /** Only of a duration. */
  durationMs: z.number().min(0).optional(),
});
export type ForeignSetting = Known<typeof foreignSettingSchema>;

/** A rule that settings were held against. */
export const foreignRuleSchema = z.looseObject({
  /** `system`: the other system checks it itself; `tenure`: it does not, and it decides. */
  by: z.enum(["system", "tenure"]),
  holds: z.boolean(),
  /** With its numbers. */
  explanation: sentence,
});
export type ForeignRule = Known<typeof foreignRuleSchema>;

/** `tenure prove --foreign … --json`. `null` where no setting bounds it. */
export const foreignProofDocumentSchema = z.looseObject({
  system: foreignSystemSchema,
  /** As they are in force, defaults included. */
  settings: z.array(foreignSettingSchema),
  rules: z.array(foreignRuleSchema),
  /** How long two may lead at once. */
  overlap: z.looseObject({
    /** Already when every answer comes at once, the work stops at once and all clocks run alike. */
    certainMs: z.number().min(0).nullable(),
    /** With answers as late as they may be, and work that takes its time to stop. */
    worstMs: z.number().min(0).nullable(),
    explanation: sentence,
  }),
  /** How long nobody leads when a leader dies without a word. */
  gap: z.looseObject({ worstMs: z.number().min(0).nullable(), explanation: sentence }),
  /** `excludes`: no two lead by these numbers; `overlaps`: they do, for a bounded time; `unbounded`: nothing bounds it. */
  verdict: z.enum(["excludes", "overlaps", "unbounded"]),
  /** What is promised, and what is not. */
  guarantee: sentence,
  /** What to change, the most useful first. */
  changes: z.array(sentence),
  /** Where the rules are written. */
  sources: z.array(sentence),
});
export interface ForeignProofDocument extends Omit<
  Known<typeof foreignProofDocumentSchema>,
  "settings" | "rules" | "overlap" | "gap"
> {
  settings: ForeignSetting[];
  rules: ForeignRule[];
  overlap: { certainMs: number | null; worstMs: number | null; explanation: string };
  gap: { worstMs: number | null; explanation: string };
}
