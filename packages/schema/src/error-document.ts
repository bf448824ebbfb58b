import { z } from "zod";
import { failures, type FailureCode } from "./failure.ts";
import type { Known } from "./known.ts";
import { epochSchema } from "./number.ts";
import { holderIdentitySchema, leaseNameSchema } from "./text.ts";

export const failureCodeSchema = z.enum(Object.keys(failures) as [FailureCode, ...FailureCode[]]);

export const failureReportSchema = z.looseObject({
  code: failureCodeSchema,
  message: z.string().max(16_384),
  name: leaseNameSchema.optional(),
  holderIdentity: holderIdentitySchema.nullable().optional(),
  epoch: epochSchema.optional(),
});
export type FailureReport = Known<typeof failureReportSchema>;

/** What any command writes with `--json` when it fails. The code is stable; the message is for people. */
export const errorDocumentSchema = z.looseObject({ error: failureReportSchema });
export interface ErrorDocument {
  error: FailureReport;
}
