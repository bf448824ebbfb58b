import { z } from "zod";
import { evidenceKinds } from "./evidence-kind.ts";
import type { Known } from "./known.ts";

export const evidenceKindSchema = z.enum(evidenceKinds);
export type EvidenceKind = z.infer<typeof evidenceKindSchema>;

const pattern = z
  .string()
  .min(1)
  .max(1_000)
  .refine(isPattern, "this is no regular expression")
  .describe("a regular expression, as JavaScript writes them");

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, "u") instanceof RegExp;
  } catch {
    return false;
  }
}

const names = ["lease", "holder", "instance", "previous", "epoch", "pid", "exitCode", "role", "label", "removed"];
const more = ["value", "renewTime", "renewStamp", "startTime"];
const durations = ["ago", "age", "remaining", "duration", "leaseDuration", "value"];
const units = ["Ms", "S", "H"];
const facts: ReadonlySet<string> = new Set([
  ...names,
  ...more,
  ...durations.flatMap((name) => units.map((unit) => `${name}${unit}`)),
]);
const known = `${[...names, ...more].join(", ")}, or of ${durations.join(", ")} one with ${units.join(", ")} behind it`;

/** A name that is misspelt would be left out without a word, and the diagnosis would lack what it names. */
function refuseUnknown(context: z.RefinementCtx, given: readonly string[]): void {
  const name = given.find((each) => !facts.has(each));
  if (name === undefined) return;
  context.addIssue({ code: "custom", message: `no fact is called ${JSON.stringify(name)}: a name is one of ${known}` });
}

/** The named groups of an expression, but those that it only refers to itself. */
function groupsIn(expression: string): string[] {
  const parts = expression.matchAll(/\\.|\[(?:\\.|[^\]\\])*\]|\(\?<(?<name>[^=!>][^>]*)>/gsu);
  return Array.from(parts, ({ groups }) => groups?.["name"] ?? "").filter(
    (name) => name !== "" && !expression.includes(`\\k<${name}>`),
  );
}

/** What a fact is called here, and where it stands there: a JSON pointer, `/source` and `/message` in plain logs. */
const pointers = z
  .record(z.string().max(64), z.string().max(256).regex(/^\//u, "a JSON pointer begins with /"))
  .superRefine((given, context) => refuseUnknown(context, Object.keys(given)));

/**
 * A kind of line. Named groups of `match` become facts: `lease`, `holder`, `instance` (which process of that name), `previous`, `epoch`,
 * `pid`, `exitCode`, `label`, `role`, and times in seconds as `agoS`, `ageS`, `remainingS`, `durationS`, `valueS`, in milliseconds the same
 * with `Ms`. Another name is refused, but that of a group to which the expression itself refers.
 */
export const messagePatternSchema = z.strictObject({
  kind: evidenceKindSchema,
  match: pattern.superRefine((text, context) => refuseUnknown(context, groupsIn(text))),
  /** Only in files whose name matches. */
  file: pattern.optional(),
  facts: pointers.optional(),
  /** Facts that hold for every such line. */
  set: z
    .record(z.string().max(64), z.union([z.string().max(256), z.number()]))
    .superRefine((given, context) => refuseUnknown(context, Object.keys(given)))
    .optional(),
});
export type MessagePattern = Known<typeof messagePatternSchema>;

/** A file of whole JSON documents, one a line (each with the time it was committed) or the whole file. */
export const statePatternSchema = z.strictObject({
  kind: evidenceKindSchema,
  file: pattern,
  /** Where the document stands in a line, and its time. */
  document: z.string().max(256).optional(),
  time: z.string().max(256).optional(),
  /** A list in the document, each entry of which is one piece of evidence. */
  rows: z.string().max(256).optional(),
  facts: pointers,
});
export type StatePattern = Known<typeof statePatternSchema>;

/** How the logs of some system are to be read: `tenure diagnose --mapping FILE`. */
export const mappingSchema = z.strictObject({
  $schema: z.string().max(1_024).optional(),
  name: z.string().min(1).max(128),
  /** Names of the fields of JSON-lines logs; the first that is there counts. */
  fields: z
    .strictObject({
      time: z.array(z.string().max(128)).optional(),
      level: z.array(z.string().max(128)).optional(),
      message: z.array(z.string().max(128)).optional(),
    })
    .optional(),
  messages: z.array(messagePatternSchema).max(500),
  states: z.array(statePatternSchema).max(100).optional(),
});
export interface Mapping extends Omit<Known<typeof mappingSchema>, "messages" | "states"> {
  messages: MessagePattern[];
  states?: StatePattern[] | undefined;
}
