import type { AcquireOptions, Lease, LeaseClient } from "@tenure/core";
import type { Command } from "commander";
import { openContext, processWithId } from "../context.ts";
import { usageError } from "../failure.ts";
import { interruptible } from "../interrupt.ts";
import {
  holderOption,
  storeOptions,
  timingAliases,
  timingOptions,
  waitOptions,
  processId,
  type StoreFlags,
  type TimingFlags,
  type WaitFlags,
} from "../options.ts";
import { tellerFor } from "../output/teller.ts";
import { heldByAnother, printAcquired } from "../output/term.ts";
import { verb } from "./verb.ts";

interface Flags extends StoreFlags, TimingFlags, WaitFlags {
  readonly holder?: string;
  readonly pid?: number;
  readonly verbose?: boolean;
  /** `false`: `--no-process`. */
  readonly process?: boolean;
}

export function acquire(program: Command): void {
  const command = verb(program, "acquire <name>", {
    summary: "Acquire a lease for another process, and print its term",
    does: "Acquire a lease for a process that runs on after this command, and print its term",
    json: "one document on stdout (tenure schema acquired)",
    examples: [
      ["tenure acquire orders --pid $$", "hold it for this shell"],
      ["tenure acquire orders --pid $$ --no-wait --json", "try once; exit 75 when it is held"],
      ["tenure acquire nightly --no-process --ttl 3m", "nobody's death can end it early"],
    ],
    aliases: timingAliases,
    exitCodes: ["75  held by another (--no-wait)", "78  unsafe timing", "124 --timeout passed"],
  })
    .option("--pid <pid>", "the process that acts; its death ends the term at once", processId)
    .option("--no-process", "no process stands behind the lease: only time ends the term")
    .option("-v, --verbose", "say on stderr who is waited for, also when it is no terminal");
  waitOptions(timingOptions(holderOption(storeOptions(command)))).action(perform);
}

async function perform(name: string, flags: Flags): Promise<void> {
  const noProcess = flags.process === false;
  if (noProcess === (flags.pid !== undefined))
    throw usageError(`acquire needs to know who acts: give either --pid P (for a shell: --pid $$) or --no-process`);
  await using context = await openContext(flags, name);
  const client = context.clientFor({ process: flags.pid === undefined ? null : processWithId(flags.pid) });
  const teller = tellerFor(flags);
  if (flags.wait) void teller.waiting(name, client);
  const obtaining = interruptible(`waiting for lease "${name}"`, (signal) =>
    obtain(client, name, flags, { signal, onTrouble: teller.trouble }),
  );
  const lease = await obtaining.finally(teller.done);
  // Not disposed of: that would release what was just acquired for another process.
  try {
    printAcquired("acquired", lease, flags);
  } catch (error) {
    // Nobody learnt of the term, so nobody would ever end it.
    await lease.release("failed");
    throw error;
  }
}

/** Waits as the flags say. */
async function obtain(client: LeaseClient, name: string, flags: WaitFlags, options: AcquireOptions): Promise<Lease> {
  if (flags.wait) return await client.acquire(name, { ...options, timeoutMs: flags.timeout });
  if (flags.timeout !== undefined) throw usageError("--no-wait and --timeout exclude each other");
  const lease = await client.tryAcquire(name);
  if (lease !== null) return lease;
  throw heldByAnother(await client.status(name));
}
