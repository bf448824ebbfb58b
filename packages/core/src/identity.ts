import type { ProcessIdentity } from "@tenure/schema";

/** Who a client is: the name people know, and the very process behind it. An identity grants nothing. */
export interface ClientIdentity {
  readonly holderIdentity: string;
  /** The process that acts. */
  readonly holder: ProcessIdentity;
  /** The process that beats for it, if another. */
  readonly renewer?: ProcessIdentity;
}

/** What is known about a process that stands in a record. Whatever is not proved is `unknown`. */
export type ProofOfDeath =
  | { readonly verdict: "dead"; readonly evidence: string }
  | { readonly verdict: "alive"; readonly evidence: string }
  | { readonly verdict: "unknown"; readonly evidence: string };

/**
 * Judges a recorded process from here. `sameMachine`: the store cannot be reached from another machine, so that another boot
 * id means a boot that is over.
 */
export type ProveDeath = (process: ProcessIdentity, options: { readonly sameMachine: boolean }) => ProofOfDeath;

/** 128 random bits or more, as `[A-Za-z0-9_-]`. */
export type RandomToken = () => string;
