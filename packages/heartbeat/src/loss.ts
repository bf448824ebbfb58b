import { LeaseLostError } from "@tenure/core";
import type { Lease } from "@tenure/core";
import type { LossReason, ProcessIdentity } from "@tenure/schema";
import { quoteForDisplay } from "@tenure/schema/light";

/** Why a heartbeat gave up its lease, told with the lease, its holder and its epoch. */
export function loss(lease: Lease, reason: LossReason, what: string, cause?: unknown): LeaseLostError {
  const { name, holderIdentity, epoch } = lease;
  const message = `lease ${quoteForDisplay(name)} (holder ${quoteForDisplay(holderIdentity)}, epoch ${epoch}) is no longer renewed: ${what}`;
  return new LeaseLostError(reason, message, { name, holderIdentity, epoch }, cause === undefined ? {} : { cause });
}

export function describeProcess(process: ProcessIdentity): string {
  return `process ${process.pid ?? "none"}${process.processStartTime === null ? "" : ` (started ${process.processStartTime})`}`;
}

/** Whom a record names as holder: enough to tell two of the same name apart. */
export function describeHolder(holder: {
  readonly holderIdentity: string | null;
  readonly instanceId: string | null;
  readonly epoch: number;
}): string {
  if (holder.holderIdentity === null) return `nobody, epoch ${holder.epoch}`;
  const instance = holder.instanceId === null ? "no instance" : `instance ${holder.instanceId}`;
  return `${quoteForDisplay(holder.holderIdentity)}, ${instance}, epoch ${holder.epoch}`;
}
