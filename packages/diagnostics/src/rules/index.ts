import type { Rule } from "../rule.ts";
import { clockStep } from "./clock-step.ts";
import { configurationSplit } from "./configuration-split.ts";
import { connectionRecycled } from "./connection-recycled.ts";
import { cpuStarved } from "./cpu-starved.ts";
import { detectionLatency } from "./detection-latency.ts";
import { duplicateRenewer } from "./duplicate-renewer.ts";
import { epochRegression } from "./epoch-regression.ts";
import { eventLoopStall } from "./event-loop-stall.ts";
import { exitedWithoutRelease } from "./exited-without-release.ts";
import { expiredLeaseResurrected } from "./expired-lease-resurrected.ts";
import { falseSuccess } from "./false-success.ts";
import { fixNotLoaded } from "./fix-not-loaded.ts";
import { fixWithEffect } from "./fix-with-effect.ts";
import { fixWithoutEffect } from "./fix-without-effect.ts";
import { forgedLease } from "./forged-lease.ts";
import { gaveUp } from "./gave-up.ts";
import { ghostKeptAlive } from "./ghost-kept-alive.ts";
import { holderCrashed } from "./holder-crashed.ts";
import { holderEndedRenewalsHealthy } from "./holder-ended-renewals-healthy.ts";
import { holderWedged } from "./holder-wedged.ts";
import { hostSuspended } from "./host-suspended.ts";
import { identityCollision } from "./identity-collision.ts";
import { newbornKilled } from "./newborn-killed.ts";
import { noRetryFits } from "./no-retry-fits.ts";
import { oneShotHolder } from "./one-shot-holder.ts";
import { permissionDenied } from "./permission-denied.ts";
import { raceLost } from "./race-lost.ts";
import { releasePathDead } from "./release-path-dead.ts";
import { releaseWrongIdentity } from "./release-wrong-identity.ts";
import { releasedEarly } from "./released-early.ts";
import { renewalFailed } from "./renewal-failed.ts";
import { renewalStopped } from "./renewal-stopped.ts";
import { restartLimitUntrippable } from "./restart-limit-untrippable.ts";
import { restartRate } from "./restart-rate.ts";
import { staleErrorBurst } from "./stale-error-burst.ts";
import { startFailed } from "./start-failed.ts";
import { stateTorn } from "./state-torn.ts";
import { stolenWhileValid } from "./stolen-while-valid.ts";
import { stopOverran } from "./stop-overran.ts";
import { storeFailover } from "./store-failover.ts";
import { storeFull } from "./store-full.ts";
import { storeSlow } from "./store-slow.ts";
import { storeUnreachable } from "./store-unreachable.ts";
import { unsafeTiming } from "./unsafe-timing.ts";
import { watchdogBlocked } from "./watchdog-blocked.ts";
import { writerIdentified } from "./writer-identified.ts";
import { wrongHolderRenewed } from "./wrong-holder-renewed.ts";
import { zombieLease } from "./zombie-lease.ts";

/** All rules; of findings that weigh the same, the earlier comes first. */
export const rules: readonly Rule[] = [
  newbornKilled,
  startFailed,
  gaveUp,
  zombieLease,
  holderWedged,
  holderEndedRenewalsHealthy,
  exitedWithoutRelease,
  holderCrashed,
  releasePathDead,
  releaseWrongIdentity,
  stateTorn,
  epochRegression,
  identityCollision,
  forgedLease,
  configurationSplit,
  expiredLeaseResurrected,
  stolenWhileValid,
  releasedEarly,
  stopOverran,
  clockStep,
  eventLoopStall,
  cpuStarved,
  connectionRecycled,
  permissionDenied,
  storeFull,
  storeSlow,
  storeFailover,
  storeUnreachable,
  hostSuspended,
  unsafeTiming,
  noRetryFits,
  renewalFailed,
  renewalStopped,
  raceLost,
  wrongHolderRenewed,
  falseSuccess,
  fixNotLoaded,
  ghostKeptAlive,
  writerIdentified,
  oneShotHolder,
  duplicateRenewer,
  watchdogBlocked,
  restartLimitUntrippable,
  detectionLatency,
  restartRate,
  fixWithEffect,
  staleErrorBurst,
  fixWithoutEffect,
];
