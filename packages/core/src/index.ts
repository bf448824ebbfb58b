/**
 * @tenure/core: the lease protocol.
 *
 * Guarantees: validity windows of one lease never overlap in one store, as long as clock rates differ by no more than the
 * timing allows; epochs only rise; a loss is always told, with a reason. Not guaranteed: that work already begun stops in
 * time (a `Fence` at the resource excludes it), fairness among waiters, and anything on cloned machines.
 */
export { createLeaseClient } from "./client/create.ts";
export { describeObstacle } from "./client/obstacle.ts";
export { endsByItself } from "./protocol/pause.ts";
export { statusOf, type Viewpoint } from "./client/status.ts";
export type {
  AcquireOptions,
  AttachOptions,
  ClaimOptions,
  LeaseClient,
  LeaseClientOptions,
  Sighting,
  Sightings,
} from "./client.ts";
export { elapsedAtLeastMs, elapsedAtMostMs, type Clock, type Instant, type Timer } from "./clock.ts";
export { LeaseError, LeaseLostError, type FailureFacts } from "./errors.ts";
export {
  FENCING_TOKEN_HEADER,
  requireFencingToken,
  type FencedHandler,
  type RefusalResponse,
  type TokenRequest,
} from "./fenced-requests.ts";
export {
  assertWritable,
  epochIsTaken,
  isLoopback,
  orAborted,
  readNamedFile,
  readStored,
  textToStore,
  waitMsOf,
  whyNotConnected,
} from "./for-stores.ts";
export { GroupCommit, type GroupCommitOptions, type GroupedSwap, type Way } from "./group-commit.ts";
export { causeOf, SentError } from "./sent-error.ts";
export { SeenEpochs, type SeenEpochsOptions } from "./seen-epochs.ts";
export { Fence, MemoryFenceStorage, type FenceKey, type FenceOptions, type FenceStorage } from "./fence.ts";
export type { ClientIdentity, ProofOfDeath, ProveDeath, RandomToken } from "./identity.ts";
export type { Lease, RenewOptions } from "./lease.ts";
export { decideAcquire, type Candidate } from "./protocol/acquire.ts";
export type { Commit, Lost, Refuse, Settled, Wait, WaitReason } from "./protocol/decision.ts";
export { decideExpire, type Death, type Evidence, type Over } from "./protocol/expire.ts";
export { decideRelease, type Release } from "./protocol/release.ts";
export { decideRenew, type Renewal } from "./protocol/renew.ts";
export { decidePause, decideResume, type MaintenanceOrder, type PauseOrder } from "./protocol/pause.ts";
export { decideRevoke, type RevocationOrder } from "./protocol/revoke.ts";
export { judgeStanding, type Standing, type Term } from "./protocol/standing.ts";
export { decideTransferRequest, type TransferRequest } from "./protocol/transfer.ts";
export { eventChannel } from "./publish.ts";
export type {
  JournalEntry,
  LeaseStore,
  RequestOptions,
  Snapshot,
  StoreGuarantees,
  StoreProbe,
  SwapOptions,
  SwapOutcome,
  Vigil,
} from "./store.ts";
export { nearestSafeTiming, type NearestSafeTiming } from "./timing/nearest.ts";
export { assertSafeTiming, proveTiming, type DetectionFacts } from "./timing/prove.ts";
export { resolveTiming } from "./timing/resolve.ts";
export type { ProofLine } from "./timing/rules.ts";
export { watchByNews, type NewsListener, type NewsOptions } from "./watch-by-news.ts";
export { ServerStore, StoreGoneError, type Believe, type ServerEngine } from "./server-store.ts";
export {
  ServerUrl,
  unknownParameterOf,
  withoutBrackets,
  type ServerHost,
  type ServerUrlGrammar,
} from "./server-url.ts";
export { SharedListener, type Heard, type ListenToAll } from "./shared-listener.ts";
