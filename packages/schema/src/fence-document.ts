import { z } from "zod";
import type { Known } from "./known.ts";
import { epochSchema } from "./number.ts";
import { leaseNameSchema } from "./text.ts";

/** `tenure fence verify --json`. */
export const fenceDocumentSchema = z.looseObject({
  name: leaseNameSchema,
  epoch: epochSchema,
  /** The epoch of a former leader, whose write the resource must refuse. */
  staleEpoch: epochSchema,
  verdict: z.enum(["fenced", "unfenced", "unknown"]),
  /** What stood in the way of a verdict. */
  why: z.string().max(4_096).optional(),
});
export type FenceDocument = Known<typeof fenceDocumentSchema>;
