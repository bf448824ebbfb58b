import { z } from "zod";
import { failures, type FailureCode } from "./failure.ts";
import { epochSchema } from "./number.ts";
import { holderIdentitySchema, leaseNameSchema } from "./text.ts";

export const failureCodeSchema = z.enum(Object.keys(failures) as [FailureCode, ...FailureCode[]]);

const errorFields = {
  code: failureCodeSchema,
  message: z.string().max(16_384),
  name: leaseNameSchema.optional(),
  holderIdentity: holderIdentitySchema.nullable().optional(),
  epoch: epochSchema.optional(),
};

const errorDocumentFields = { error: z.looseObject(errorFields) };

/** What any command writes with `--json` when it fails. The code is stable; the message is for people. */
export const errorDocumentSchema = z.looseObject(errorDocumentFields);
export interface ErrorDocument {
  error: z.infer<z.ZodObject<typeof errorFields>>;
}
