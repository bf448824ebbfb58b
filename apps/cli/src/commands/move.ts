import { LeaseError, type Lease, type LeaseClient } from "@tenure/core";
import { DURATION_MAX_MS, redact } from "@tenure/schema/light";
import type { Command } from "commander";
import { openContext, openExisting, type Context } from "../context.ts";
import { usageError } from "../failure.ts";
import { interruptible } from "../interrupt.ts";
import { duration, notEmpty, storeOptions, type StoreFlags } from "../options.ts";
import { print, printDocument } from "../output/print.ts";
import { statusDocument } from "../output/status-document.ts";
import { verb } from "./verb.ts";

interface Flags extends StoreFlags {
  readonly to?: string;
  readonly toDir?: string;
  readonly timeout?: number;
}

export function move(program: Command): void {
  const command = verb(program, "move <name>", {
    summary: "Move a lease to another store",
    does: "Move a lease to another store: its epoch goes on there above all that were, and nobody acquires it here any more",
    json: "one document on stdout (tenure schema status)",
    examples: [
      ["tenure move orders --to postgres://app@db/tenure", "from the folder of this machine to a server"],
      [
        "tenure move orders --store redis://old --to-dir /var/lib/tenure --timeout 1m",
        "back, when its holder lets go in time",
      ],
    ],
    exitCodes: ["75  it is held where it is to go", "124 --timeout passed while another held it here"],
  })
    .option("--to <url>", "the server it is to go to", notEmpty)
    .option("--to-dir <path>", "the state directory it is to go to", notEmpty)
    .addOption(duration("--timeout <duration>", "wait so long for the holder to let go"));
  storeOptions(command).action(perform);
}

async function perform(name: string, flags: Flags): Promise<void> {
  const { to, toDir } = flags;
  const target = to ?? toDir;
  if (target === undefined || (to !== undefined && toDir !== undefined))
    throw usageError("move needs either --to URL or --to-dir PATH: where the lease is to go");
  await using here = await openExisting(flags, name);
  await assertLed(here, name);
  await using there = await openContext(elsewhere(flags), name);
  if (here.store.storeId === there.store.storeId)
    throw usageError(`lease "${name}" is there already: both are one store`);
  const lease = await interruptible(`waiting for lease "${name}"`, (signal) =>
    here.clientFor().acquire(name, { signal, timeoutMs: flags.timeout }),
  );
  const epoch = await carry(lease, here.clientFor(), there, redact(target));
  if (flags.json) return printDocument(await statusDocument(there, name));
  print(
    `moved "${name}" to ${redact(target)}: its next epoch there is ${epoch + 1}; here it stays paused, and says so\n`,
  );
}

/** A mistyped name must not become a lease. */
async function assertLed({ kept }: Context, name: string): Promise<void> {
  const { record, epochFloor } = await kept.read(name);
  if (record !== null || epochFloor > 0) return;
  throw new LeaseError("ENOTACQUIRED", `nobody has held lease "${name}" here: there is nothing to move`, { name });
}

/** Nobody leads here while it happens: this process holds the lease, and leaves it paused. */
async function carry(lease: Lease, client: LeaseClient, there: Context, target: string): Promise<number> {
  const { name } = lease;
  try {
    await client.pause(name, { expiresAfterMs: DURATION_MAX_MS, reason: reasonFor(target) });
    try {
      lease.assertHeld();
      const landed = await land(there, lease);
      await landed.release();
      return landed.epoch;
    } catch (error) {
      await client.resume(name).catch((cause: unknown) => {
        const message = `lease "${name}" was not moved (${(error as Error).message}), and is still paused here: tenure resume ${name} lifts that`;
        throw new LeaseError("ESTOREUNAVAILABLE", message, { name }, { cause });
      });
      throw error;
    }
  } finally {
    await lease.release();
  }
}

/** All who find it read this, and might lift the pause beside leaders of the new place. */
function reasonFor(target: string): string {
  return `moved to ${target}: lead it there; resumed here, it could be led in both`;
}

async function land(there: Context, { name, epoch }: Lease): Promise<Lease> {
  const landed = await there.clientFor().tryAcquire(name, { aboveEpoch: epoch });
  if (landed !== null) return landed;
  const message = `lease "${name}" is held where it is to go; it was not moved`;
  throw new LeaseError("ELOCKED", message, { name });
}

/** The same settings, but for the place. */
function elsewhere({ to, toDir, ...flags }: Flags): StoreFlags {
  const { store: _store, dir: _dir, ...others } = flags;
  return to === undefined ? { ...others, ...(toDir !== undefined && { dir: toDir }) } : { ...others, store: to };
}
