import { describeObstacle, endsByItself, LeaseError, type Lease } from "@tenure/core";
import type { AcquiredDocument, LeaseStatus } from "@tenure/schema";
import { escapeForDisplay } from "@tenure/schema/light";
import { humanDuration } from "./duration.ts";
import { print, printDocument } from "./print.ts";

/** What a script needs to act for a term: printed by `acquire` and `renew`. */
export function printAcquired(done: string, lease: Lease, { json = false }: { readonly json?: boolean }): void {
  const document: AcquiredDocument = {
    name: lease.name,
    holderIdentity: lease.holderIdentity,
    epoch: lease.epoch,
    nonce: lease.record.nonce,
    remainingMs: lease.remainingMs(),
    deadline: lease.record.deadline,
  };
  if (json) return printDocument(document);
  const holder = escapeForDisplay(lease.holderIdentity);
  print(
    `${done} "${lease.name}" as "${holder}", epoch ${lease.epoch}: ${humanDuration(document.remainingMs)} remain\n`,
  );
}

/** `ELOCKED`: who holds it, and what to do. */
export function heldByAnother(status: LeaseStatus): LeaseError {
  const { name, holderIdentity, epoch, ageMs, paused } = status;
  const facts = { name, holderIdentity, epoch };
  const lease = `lease "${name}" ${describeObstacle(status)}`;
  if (paused !== null) {
    const advice = endsByItself(paused) ? `; tenure resume ${name} lifts it` : "";
    return new LeaseError("EPAUSED", `${lease}${advice}`, facts);
  }
  const isRenewed = holderIdentity !== null && ageMs !== null && ageMs >= 0;
  const age = isRenewed ? `, renewed ${humanDuration(ageMs)} ago` : "";
  return new LeaseError("ELOCKED", `${lease}${age}; wait for it with --wait or --timeout 30s`, facts);
}
