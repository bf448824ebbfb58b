import { z } from "zod";
import { effectSchema, type Effect } from "./effect.ts";
import type { Known } from "./known.ts";
import { countSchema, epochSchema } from "./number.ts";
import { signatureSchema, type Signature } from "./signature.ts";

/** Logs are hostile text: whoever shows any of it escapes it first. */
export const loggedTextSchema: z.ZodString = z.string().max(4_096);
const loggedText = loggedTextSchema;

export const ruleIdSchema: z.ZodString = z
  .string()
  .regex(/^[a-z0-9-]{1,64}$/u, "a rule is named in lower case with dashes");
export const confidenceSchema = z.enum(["high", "medium", "low"]);

/** A line of a file that was read, as it stands there, cut to 500 characters. */
export const evidenceLineSchema = z.looseObject({
  file: loggedText,
  /** From 1. */
  line: z.int().min(1),
  text: loggedText,
});
export type EvidenceLine = Known<typeof evidenceLineSchema>;

export const findingSchema = z.looseObject({
  ruleId: ruleIdSchema,
  /** How it stands to the trouble: what made it, what made it worse or hid it, what only shows it, what was blamed wrongly. */
  part: z.enum(["cause", "contributor", "symptom", "red-herring"]),
  verdict: loggedText,
  confidence: confidenceSchema,
  evidence: z.array(evidenceLineSchema),
  /** What speaks against it, in sentences. */
  counterEvidence: z.array(loggedText),
  /** The one thing to change; empty where there is nothing to change. */
  change: loggedText,
});
export interface Finding extends Omit<Known<typeof findingSchema>, "evidence"> {
  evidence: EvidenceLine[];
}

export const diagnosedTermSchema = z.looseObject({
  name: loggedText.nullable(),
  epoch: epochSchema.nullable(),
  holderIdentity: loggedText,
  acquireTime: loggedText,
  lastRenewTime: loggedText,
  renewals: countSchema,
  /** When it was renewed, as far as single renewals are known: at most the last 200. */
  renewTimes: z.array(loggedText).max(200),
  /** When its holder last lived, as far as any line shows; `null` where none does. */
  endTime: loggedText.nullable(),
  /** Why it ended, in a sentence. */
  explanation: loggedText,
});
export type DiagnosedTerm = Known<typeof diagnosedTermSchema>;

/** What of one file could not be read, and the first such line. */
export const unparsedSchema = z.looseObject({
  file: loggedText,
  lines: countSchema,
  first: evidenceLineSchema.nullable(),
});
export interface Unparsed extends Omit<Known<typeof unparsedSchema>, "first"> {
  first: EvidenceLine | null;
}

/** `tenure diagnose --json`: only the rules that fired. */
export const findingDocumentSchema = z.looseObject({
  verdict: z.string().max(65_536),
  findings: z.array(findingSchema),
  terms: z.array(diagnosedTermSchema),
  /** `null` where no lease ran out in these files. */
  signature: signatureSchema.nullable(),
  /** Each change that was asked for or found, in the order of time. */
  effects: z.array(effectSchema),
  /** What was looked for and is not in these files. */
  missing: z.array(loggedText),
  files: countSchema,
  lines: countSchema,
  unparsed: z.array(unparsedSchema),
});
export interface FindingDocument extends Omit<
  Known<typeof findingDocumentSchema>,
  "findings" | "terms" | "signature" | "effects" | "unparsed"
> {
  findings: Finding[];
  terms: DiagnosedTerm[];
  signature: Signature | null;
  effects: Effect[];
  unparsed: Unparsed[];
}
