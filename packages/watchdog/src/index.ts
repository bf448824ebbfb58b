export { CannotStartError, resolveCommand } from "./command.ts";
export type { ChildExit } from "./gate.ts";
export { exitCodeOf } from "./outcome.ts";
export type { RunOutcome } from "./outcome.ts";
export type { RunEvent, RunOptions } from "./options.ts";
export type { ProcessHost } from "./process-host.ts";
export { runUnderLease } from "./run.ts";
export type { SignalSource } from "./signal-relay.ts";
