import type { z } from "zod";
import { adoptionDocumentSchema } from "./adoption-document.ts";
import { adviceDocumentSchema, whatIfDocumentSchema } from "./advice.ts";
import { configurationSchema } from "./configuration.ts";
import { doctorDocumentSchema } from "./doctor.ts";
import { drillDocumentSchema } from "./drill.ts";
import { errorDocumentSchema } from "./error-document.ts";
import { leaseEventSchema } from "./event.ts";
import { fenceDocumentSchema } from "./fence-document.ts";
import { findingDocumentSchema } from "./finding.ts";
import { foreignProofDocumentSchema } from "./foreign-proof.ts";
import { historyDocumentSchema } from "./history.ts";
import { mappingSchema } from "./mapping.ts";
import { processIdentitySchema } from "./process-identity.ts";
import { proofDocumentSchema } from "./proof.ts";
import { leaseRecordSchema } from "./record.ts";
import { runEventSchema } from "./run-event.ts";
import { runSchema } from "./run.ts";
import { simulationDocumentSchema } from "./simulation.ts";
import { acquiredDocumentSchema, statusDocumentSchema } from "./status.ts";
import { timingSchema } from "./timing.ts";
import { trialDocumentSchema } from "./trial.ts";

/** Every shape that leaves a process, by the name its JSON Schema is published under. */
export const documentSchemas = {
  record: leaseRecordSchema,
  event: leaseEventSchema,
  run: runSchema,
  "run-event": runEventSchema,
  "process-identity": processIdentitySchema,
  timing: timingSchema,
  configuration: configurationSchema,
  status: statusDocumentSchema,
  acquired: acquiredDocumentSchema,
  history: historyDocumentSchema,
  proof: proofDocumentSchema,
  "foreign-proof": foreignProofDocumentSchema,
  advice: adviceDocumentSchema,
  "what-if": whatIfDocumentSchema,
  simulation: simulationDocumentSchema,
  trial: trialDocumentSchema,
  drill: drillDocumentSchema,
  fence: fenceDocumentSchema,
  finding: findingDocumentSchema,
  mapping: mappingSchema,
  doctor: doctorDocumentSchema,
  adoption: adoptionDocumentSchema,
  error: errorDocumentSchema,
} satisfies Record<string, z.ZodType>;

export type DocumentName = keyof typeof documentSchemas;
