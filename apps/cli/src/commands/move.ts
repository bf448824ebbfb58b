import { resolve } from "node:path";
import { LeaseError, type Lease, type LeaseClient } from "@tenure/core";
import { DURATION_MAX_MS, escapeForDisplay } from "@tenure/schema/light";
import type { Command } from "commander";
import { openExisting, openWith, settingsFor, type Context } from "../context.ts";
import { usageError } from "../failure.ts";
import { interruptible } from "../interrupt.ts";
import { duration, notEmpty, refuseIdle, storeOptions, type StoreFlags } from "../options.ts";
import { print, printDocument } from "../output/print.ts";
import { placeOf, statusDocument } from "../output/status-document.ts";
import { verb } from "./verb.ts";

interface Flags extends StoreFlags {
  readonly to?: string;
  readonly toDir?: string;
  readonly toPasswordFile?: string;
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
    .option(
      "--to-password-file <path>",
      "of the server it is to go to; the configured one is of that it leaves",
      notEmpty,
    )
    .option("--to-dir <path>", "the state directory it is to go to", notEmpty)
    .addOption(duration("--timeout <duration>", "wait so long for the holder to let go"));
  storeOptions(command).action((name: string, flags: Flags) => {
    if (flags.to === undefined) refuseIdle(command, ["toPasswordFile"], "with --to URL");
    return perform(name, flags);
  });
}

async function perform(name: string, flags: Flags): Promise<void> {
  if ((flags.to === undefined) === (flags.toDir === undefined))
    throw usageError("move needs either --to URL or --to-dir PATH: where the lease is to go");
  await using here = await openExisting(flags, name);
  await assertLed(here, name);
  await using there = await openThere(here, flags, name);
  if (here.store.storeId === there.store.storeId)
    throw usageError(`lease "${name}" is there already: both are one store`);
  const lease = await interruptible(`waiting for lease "${name}"`, (signal) =>
    here.clientFor().acquire(name, { signal, timeoutMs: flags.timeout }),
  );
  const { directory, store } = placeOf(there.settings.values);
  const target = store ?? directory ?? "";
  const epoch = await carry(lease, here.clientFor(), there, target);
  if (flags.json) return printDocument(await statusDocument(there, name));
  print(
    `moved "${name}" to ${escapeForDisplay(target)}: its next epoch there is ${epoch + 1}; here it stays paused, and says so\n`,
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

/**
 * By the same settings, but for the place and what belongs to a place: a pinned store is the one that the lease leaves, and a server's
 * password is not for another server to see.
 */
async function openThere(here: Context, flags: Flags, name: string): Promise<Context> {
  const { to, toDir, toPasswordFile, store: _store, dir: _dir, ...others } = flags;
  const place = { ...others, ...(to !== undefined && { store: to }), ...(toDir !== undefined && { dir: toDir }) };
  const settings = await settingsFor(place, name);
  const { storeId: _pinned, storePasswordFile: configured, ...values } = settings.values;
  const ofServer = here.settings.values.store === undefined ? configured : undefined;
  const storePasswordFile = toPasswordFile === undefined ? ofServer : resolve(toPasswordFile);
  return await openWith(
    { ...settings, values: { ...values, ...(storePasswordFile !== undefined && { storePasswordFile }) } },
    place,
  );
}
