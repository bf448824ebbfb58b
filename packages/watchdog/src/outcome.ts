import { constants } from "node:os";
import type { LeaseError, LeaseLostError } from "@tenure/core";
import type { ProcessIdentity } from "@tenure/schema";
import { failures } from "@tenure/schema/light";
import type { CannotStartError } from "./command.ts";

/** How a run ended. In every case but `stuck` nothing of it is left running. */
export type RunOutcome =
  | { readonly how: "exited"; readonly exitCode: number }
  /** The child was ended by a signal. */
  | { readonly how: "signalled"; readonly signal: NodeJS.Signals }
  /** A signal came before anything was started. */
  | { readonly how: "given-up"; readonly signal: NodeJS.Signals }
  | { readonly how: "not-started"; readonly error: CannotStartError }
  /** The lease was lost, or given to another who had asked for it (`transferred`), and the child was stopped. */
  | {
      readonly how: "lost";
      readonly error: LeaseLostError;
      /** The verdict it was given up for, and what was seen of the command then. */
      readonly judged?: string;
    }
  /**
   * These would not die: left by an earlier holder, so that nothing was started (`ELOCKED`), or of this run (`ELEASELOST`). The
   * lease was not given back; whoever leads next on this host finds them in its record, and tries again.
   */
  | { readonly how: "stuck"; readonly error: LeaseError; readonly processes: readonly ProcessIdentity[] };

/** The exit code of a command that ends with this outcome: the child's own, 128 and the signal's number, 126, 127, 79 or 75. */
export function exitCodeOf(outcome: RunOutcome): number {
  if (outcome.how === "exited") return outcome.exitCode;
  if (outcome.how === "not-started") return outcome.error.exitCode;
  if (outcome.how === "signalled" || outcome.how === "given-up") return 128 + constants.signals[outcome.signal];
  return failures[outcome.error.code].exitCode;
}
