export {
  adoptionDifferenceSchema,
  adoptionDocumentSchema,
  type AdoptionDifference,
  type AdoptionDocument,
} from "./adoption-document.ts";
export { parseBoundedJson, type JsonBounds } from "./bounded-json.ts";
export {
  configurationProgressSchema,
  configurationRestartSchema,
  configurationSchema,
  configurationTimingSchema,
  durationSettingSchema,
  toTimingSettings,
  type Configuration,
  type ConfigurationProgress,
  type ConfigurationRestart,
  type ConfigurationTiming,
} from "./configuration.ts";
export { documentSchemas, type DocumentName } from "./documents.ts";
export { escapeForDisplay, quoteForDisplay } from "./display.ts";
export {
  ailmentSchema,
  doctorDocumentSchema,
  fixSchema,
  type Ailment,
  type DoctorDocument,
  type DoctorFix,
} from "./doctor.ts";
export { formatDuration, parseDuration } from "./duration.ts";
export { parseProgressOrigin, type ProgressOrigin } from "./progress-origin.ts";
export { effectSchema, type Effect } from "./effect.ts";
export {
  errorDocumentSchema,
  failureCodeSchema,
  failureReportSchema,
  type ErrorDocument,
  type FailureReport,
} from "./error-document.ts";
export { eventTypeSchema, leaseEventSchema, type EventType, type LeaseEvent } from "./event.ts";
export { failures, type FailureCode } from "./failure.ts";
export { fenceDocumentSchema, type FenceDocument } from "./fence-document.ts";
export { evidenceKinds } from "./evidence-kind.ts";
export {
  diagnosedTermSchema,
  evidenceLineSchema,
  findingDocumentSchema,
  findingSchema,
  unparsedSchema,
  type DiagnosedTerm,
  type EvidenceLine,
  type Finding,
  type FindingDocument,
  type Unparsed,
} from "./finding.ts";
export { historyDocumentSchema, termSchema, type HistoryDocument, type Term } from "./history.ts";
export { jsonSchemaOf } from "./json-schema.ts";
export type { JsonSchema } from "./json-schema-type.ts";
export type { AllKnown, Known } from "./known.ts";
export {
  evidenceKindSchema,
  mappingSchema,
  messagePatternSchema,
  statePatternSchema,
  type EvidenceKind,
  type Mapping,
  type MessagePattern,
  type StatePattern,
} from "./mapping.ts";
export { assertHolderIdentity, assertLeaseName, isHolderIdentity, isLeaseName } from "./names.ts";
export { countSchema, durationMsSchema, epochSchema } from "./number.ts";
export { processIdentitySchema, type ProcessIdentity } from "./process-identity.ts";
export {
  brokenScheduleSchema,
  simulationDocumentSchema,
  type BrokenSchedule,
  type SimulationDocument,
} from "./simulation.ts";
export { drillDocumentSchema, type DrillDocument } from "./drill.ts";
export {
  adviceDocumentSchema,
  replayedSchema,
  slownessSchema,
  whatIfDocumentSchema,
  type AdviceDocument,
  type Replayed,
  type Slowness,
  type WhatIfDocument,
} from "./advice.ts";
export {
  foreignProofDocumentSchema,
  foreignRuleSchema,
  foreignSettingSchema,
  foreignSystemSchema,
  type ForeignProofDocument,
  type ForeignRule,
  type ForeignSetting,
  type ForeignSystem,
} from "./foreign-proof.ts";
export { proofDocumentSchema, proofLineSchema, type ProofDocument, type ProofLine } from "./proof.ts";
export { readLeaseEvent, readLeaseRecord, readProcessIdentity, readRun } from "./readers.ts";
export { lossReasonSchema, termEndSchema, type LossReason, type TermEnd } from "./reason.ts";
export {
  deadlineSchema,
  leaseRecordSchema,
  pauseSchema,
  preferredHolderSchema,
  releaseReasonSchema,
  revocationSchema,
  type Deadline,
  type LeaseRecord,
  type Pause,
  type PreferredHolder,
  type ReleaseReason,
  type Revocation,
} from "./record.ts";
export {
  agesSchema,
  beatSchema,
  binSchema,
  outageSchema,
  signatureSchema,
  type Ages,
  type Beat,
  type Bin,
  type Outage,
  type Signature,
} from "./signature.ts";
export { runEventSchema, type RunEventDocument } from "./run-event.ts";
export { runEndSchema, runSchema, runTriggerSchema, type Run, type RunEnd, type RunTrigger } from "./run.ts";
export { SchemaError } from "./schema-error.ts";
export { parseStamp } from "./stamp.ts";
export {
  acquiredDocumentSchema,
  leaseStateSchema,
  leaseStatusSchema,
  statusDocumentSchema,
  type AcquiredDocument,
  type LeaseState,
  type LeaseStatus,
  type StatusDocument,
} from "./status.ts";
export {
  holderIdentitySchema,
  leaseNameSchema,
  machineTokenSchema,
  nonceSchema,
  remarkSchema,
  timeSchema,
} from "./text.ts";
export { timingSchema, timingSettingsSchema, type Timing, type TimingSettings } from "./timing.ts";
export {
  trialDocumentSchema,
  trialFaultsSchema,
  trialPolicySchema,
  trialRestartsSchema,
  type TrialDocument,
  type TrialFaults,
  type TrialPolicy,
  type TrialRestarts,
} from "./trial.ts";
export { schemaVersionSchema } from "./version.ts";
export {
  DURATION_MAX_MS,
  IDENTITY_MAX_LENGTH,
  LEASE_NAME_MAX_LENGTH,
  RUN_OUTPUT_MAX_LENGTH,
  SCHEMA_VERSION,
  toldTypes,
  transitionTypes,
} from "./vocabulary.ts";
