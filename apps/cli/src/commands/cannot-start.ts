import { LeaseError } from "@tenure/core";
import type { CannotStartError } from "@tenure/watchdog";

/** A command that is not there, or cannot be run, told as every other failure is. */
export function asFailure(error: CannotStartError): LeaseError {
  const code = error.exitCode === 127 ? "ENOSUCHCOMMAND" : "ENOTEXECUTABLE";
  return new LeaseError(code, error.message, {}, { cause: error });
}
