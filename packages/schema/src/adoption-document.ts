import { z } from "zod";
import type { Known } from "./known.ts";
import { countSchema, epochSchema } from "./number.ts";

/** A foreign file is hostile text: whoever shows any of it escapes it first. */
const foundText = z.string().max(4_096);

/** A point at which the old mechanism and a lease would have decided differently. */
export const adoptionDifferenceSchema = z.looseObject({
  kind: z.string().regex(/^[a-z-]{1,64}$/u, "a kind is named in lower case with dashes"),
  holderIdentity: foundText.nullable(),
  epoch: epochSchema,
  message: foundText,
});
export type AdoptionDifference = Known<typeof adoptionDifferenceSchema>;

/** `tenure adopt --json`: what was seen of a foreign leader file. */
export const adoptionDocumentSchema = z.looseObject({
  file: foundText,
  looks: countSchema,
  /** Of the looks: found torn, empty or absent. */
  unreadable: countSchema,
  holderIdentity: foundText.nullable(),
  /** The highest that was seen. */
  epoch: epochSchema,
  differences: z.array(adoptionDifferenceSchema),
});
export interface AdoptionDocument extends Omit<Known<typeof adoptionDocumentSchema>, "differences"> {
  differences: AdoptionDifference[];
}
