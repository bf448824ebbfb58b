import { LeaseError, type Lease } from "@tenure/core";
import type { AcquiredDocument, LeaseStatus } from "@tenure/schema";
import { escapeForDisplay } from "@tenure/schema/light";
import { printDocument } from "../commands/verb.ts";
import { humanDuration } from "./duration.ts";
import { print } from "./print.ts";

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
  const { name, holderIdentity, epoch, ageMs } = status;
  const facts = { name, holderIdentity, epoch };
  const toDo = "wait for it with --wait or --timeout 30s";
  if (status.paused !== null)
    return new LeaseError("EPAUSED", `lease "${name}" is paused; tenure status ${name} says by whom`, facts);
  if (holderIdentity === null) {
    const why =
      status.preferredHolder === null
        ? "may not be taken yet"
        : `is kept for "${status.preferredHolder.holderIdentity}"`;
    return new LeaseError("ELOCKED", `lease "${name}" (last epoch ${epoch}) ${why}; ${toDo}`, facts);
  }
  const age = ageMs === null || ageMs < 0 ? "" : `, renewed ${humanDuration(ageMs)} ago`;
  return new LeaseError(
    "ELOCKED",
    `lease "${name}" is held by "${holderIdentity}" (epoch ${epoch}${age}); ${toDo}`,
    facts,
  );
}
