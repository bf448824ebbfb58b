import { usageError } from "../failure.ts";
import type { TermFlags } from "../options.ts";

/** The term a one-shot verb acts for. It is never guessed: acting for another's term is the mistake that epochs are for. */
export function termOf({ holder, epoch }: TermFlags): { readonly holderIdentity: string; readonly epoch: number } {
  if (holder === undefined || epoch === undefined)
    throw usageError("say which term: --holder ID --epoch N, as acquire printed them");
  return { holderIdentity: holder, epoch };
}
