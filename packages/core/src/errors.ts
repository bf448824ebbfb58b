import type { FailureCode, LossReason } from "@tenure/schema";

/** What a failure is about, as far as it is known. */
export interface FailureFacts {
  readonly name?: string;
  readonly holderIdentity?: string | null;
  readonly epoch?: number;
}

/** Packages are versioned apart, so a program may have two copies of this one: the errors of either are known to both. */
const KIND = Symbol.for("@tenure/core: kind of error");

/**
 * Every error tenure throws. `code` is stable; the message says what happened, to which lease, holder and epoch, and what to
 * do; `cause` keeps what the system said.
 */
export class LeaseError extends Error {
  readonly code: FailureCode;
  readonly facts: FailureFacts;
  override readonly name: string = "LeaseError";

  constructor(code: FailureCode, message: string, facts: FailureFacts = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.facts = facts;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return (
      Function.prototype[Symbol.hasInstance].call(this, value) || (this === LeaseError && kindOf(value) !== undefined)
    );
  }
}

/** The lease is no longer held. `reason` is a code; `lease.signal` aborts with this. */
export class LeaseLostError extends LeaseError {
  readonly reason: LossReason;
  override readonly name = "LeaseLostError";

  constructor(reason: LossReason, message: string, facts: FailureFacts = {}, options?: ErrorOptions) {
    super("ELEASELOST", message, facts, options);
    this.reason = reason;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    const isOwn = Function.prototype[Symbol.hasInstance].call(this, value);
    return isOwn || (this === LeaseLostError && kindOf(value) === "LeaseLostError");
  }
}

function kindOf(value: unknown): unknown {
  return value instanceof Error && KIND in value ? value[KIND] : undefined;
}

Object.defineProperty(LeaseError.prototype, KIND, { value: "LeaseError" });
Object.defineProperty(LeaseLostError.prototype, KIND, { value: "LeaseLostError" });
