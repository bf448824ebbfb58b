import type { Lease } from "@tenure/core";
import type { Actor, Context } from "../context.ts";
import { usageError } from "../failure.ts";
import type { TermFlags } from "../options.ts";

/** Takes up the term that `--holder` and `--epoch` name; both must be the record's. */
export async function attachTerm(context: Context, name: string, flags: TermFlags, actor?: Actor): Promise<Lease> {
  return await context.clientFor(actor).attach(name, termOf(flags));
}

export function termOf({ holder, epoch }: TermFlags): { readonly holderIdentity: string; readonly epoch: number } {
  if (holder === undefined || epoch === undefined)
    throw usageError(
      "say which term: --holder ID --epoch N, as acquire printed them (or LEASE_HOLDER_IDENTITY and LEASE_EPOCH)",
    );
  return { holderIdentity: holder, epoch };
}
