import { describeObstacle, LeaseError } from "@tenure/core";
import type { Lease } from "@tenure/core";
import { quoteForDisplay } from "@tenure/schema/light";
import { CannotStartError } from "./command.ts";
import type { RunOptions } from "./options.ts";
import type { RunOutcome } from "./outcome.ts";
import { assertUsable } from "./progress/options.ts";
import { SignalRelay } from "./signal-relay.ts";
import { systemSurroundings } from "./surroundings.ts";
import { Term } from "./term.ts";

/**
 * Runs a command for as long as the lease is held: waits for the lease, ends what earlier holders left here, starts the
 * command, keeps the lease, and gives it back when nothing of the command is left.
 *
 * Takes over the signals of `signals` until it resolves.
 * @throws LeaseError `ELOCKED` when another holds the lease and `wait` is false; `EACQUIRETIMEOUT`; `ECONFIG` for a progress deadline that
 * nothing can be judged by; `EUSAGE` for a `stdio` that nobody would read; and whatever the store answers. What an earlier holder left and will not die is the outcome `stuck`.
 */
export async function runUnderLease(options: RunOptions): Promise<RunOutcome> {
  if (options.progress !== undefined) assertUsable(options.progress, options.name);
  assertShared(options);
  const { surroundings = systemSurroundings } = options;
  const letGo = surroundings.stayAlive();
  const relay = new SignalRelay(options.signals ?? process);
  try {
    const env = options.env ?? process.env;
    const file = surroundings.resolveCommand(options.command, env);
    const lease = await acquire(options, relay.givenUp);
    if (lease !== null) return await new Term(lease, { ...options, env, file, relay }).run();
    if (relay.gaveUpBy !== null) return { how: "given-up", signal: relay.gaveUpBy };
    throw await heldByAnother(options);
  } catch (error) {
    if (error instanceof CannotStartError) return { how: "not-started", error };
    throw error;
  } finally {
    relay.close();
    letGo();
  }
}

/** What the types rule out, for those who have none: a child fills a pipe that nobody reads, and stands still for good. */
function assertShared({ stdio = [], name }: { readonly stdio?: readonly unknown[]; readonly name: string }): void {
  const at = stdio.findIndex((each) => each !== "inherit" && each !== "ignore" && typeof each !== "number");
  if (at === -1) return;
  const message = `stdio[${at}] of the command is ${String(stdio[at])}, which nobody would read; give "inherit", "ignore" or a descriptor`;
  throw new LeaseError("EUSAGE", message, { name });
}

/** Who holds it is looked up afterwards, and may be another by then. */
async function heldByAnother({ client, name, command }: RunOptions): Promise<LeaseError> {
  const status = await client.status(name).catch(() => null);
  const obstacle = status === null ? "is held by another" : describeObstacle(status);
  const message = `lease ${quoteForDisplay(name)} ${obstacle}; ${quoteForDisplay(command)} was not started`;
  const facts = status === null ? {} : { holderIdentity: status.holderIdentity, epoch: status.epoch };
  return new LeaseError("ELOCKED", message, { name, ...facts });
}

/** `null`: it is another's, or not wanted any more. */
async function acquire({ client, name, wait, onEvent }: RunOptions, givenUp: AbortSignal): Promise<Lease | null> {
  if (wait === false) return await client.tryAcquire(name);
  try {
    const onTrouble = ({ message }: Error): void => onEvent?.({ type: "run.hindered", why: message });
    return await client.acquire(name, { signal: givenUp, onTrouble, ...wait });
  } catch (error) {
    if (givenUp.aborted) return null;
    throw error;
  }
}
