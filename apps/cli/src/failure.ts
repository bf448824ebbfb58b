import { LeaseError, LeaseLostError, type FailureFacts } from "@tenure/core";
import type { FailureCode } from "@tenure/schema";
import { escapeForDisplay, failures, redact } from "@tenure/schema/light";

/** How a verb ends when it fails: the code of the process, the document for `--json`, the line for people. */
export interface Failure {
  readonly exitCode: number;
  readonly document: { readonly error: FailureDetails };
  readonly line: string;
}

export interface FailureDetails extends FailureFacts {
  readonly code: FailureCode;
  readonly message: string;
  readonly reason?: string;
}

/** The user's own mistake in the arguments. */
export function usageError(message: string): LeaseError {
  return new LeaseError("EUSAGE", message);
}

/** Ended by a signal: 128 + its number, as a shell would say. */
export class InterruptedError extends LeaseError {
  readonly exitCode: number;

  /** `left`: what is left behind. */
  constructor(signal: "SIGINT" | "SIGTERM" | "SIGHUP", what: string, left: string) {
    super("EABORTED", `${signal} while ${what}; ${left}`);
    this.exitCode = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }[signal];
  }
}

export function failureOf(error: unknown): Failure {
  // Of a failure and a further one while closing, the first is what happened.
  if (error instanceof Error && "suppressed" in error) return failureOf(error.suppressed);
  if (!(error instanceof LeaseError)) return failureOfSystem(error);
  const details: FailureDetails = {
    code: error.code,
    message: error.message,
    ...error.facts,
    ...(error instanceof LeaseLostError && { reason: error.reason }),
  };
  const exitCode = error instanceof InterruptedError ? error.exitCode : failures[error.code].exitCode;
  return failure(exitCode, details);
}

function failureOfSystem(cause: unknown): Failure {
  const { code, message, path, stack, syscall }: NodeJS.ErrnoException =
    cause instanceof Error ? cause : new Error(String(cause));
  switch (code) {
    case undefined:
      break;
    case "EMFILE":
    case "ENFILE":
      return failureWith(
        "ESTOREUNAVAILABLE",
        `no file may be opened any more (${code}): raise the limit with ulimit -n`,
      );
    case "EACCES":
    case "EPERM":
      return failureWith("EPERMISSION", message);
    case "ENOENT":
      if (syscall === "uv_cwd")
        return failureWith(
          "ESTOREUNAVAILABLE",
          "the folder that this runs in was removed; change to one that is there",
        );
      return failureWith(
        "ESTOREUNAVAILABLE",
        path === undefined ? message : `${path}: there is no such file or folder`,
      );
    default:
      if (Object.hasOwn(failures, code)) return failureWith(code as FailureCode, message);
      if (/^E[A-Z0-9]+$/u.test(code)) return failureWith("ESTOREUNAVAILABLE", message);
  }
  const { exitCode, document } = failureWith("EINTERNAL", message);
  return { exitCode, document, line: `a fault in tenure itself, please report it: ${redact(stack ?? message)}` };
}

function failureWith(code: FailureCode, message: string): Failure {
  return failure(failures[code].exitCode, { code, message });
}

function failure(exitCode: number, details: FailureDetails): Failure {
  const message = redact(details.message);
  // A message may quote what stood in a file or in a process's name.
  return { exitCode, document: { error: { ...details, message } }, line: escapeForDisplay(message) };
}
