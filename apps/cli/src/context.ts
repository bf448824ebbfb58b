import type { AdoptedStore } from "@tenure/adoption";
import { createLeaseClient, LeaseError, type ClientIdentity, type LeaseClient, type LeaseStore } from "@tenure/core";
import { processOf, thisHost, type ThisHost } from "@tenure/host";
import type { ProcessIdentity } from "@tenure/schema";
import { assertLeaseName } from "@tenure/schema/light";
import { keptStore } from "./adopt/kept-store.ts";
import type { ProgressFlags, RestartFlags, StoreFlags, TimingFlags } from "./options.ts";
import type { Values } from "./settings/keys.ts";
import { loadSettings } from "./settings/load.ts";
import { timingOf, type Settings } from "./settings/settings.ts";
import { openStore, storeIsThere } from "./store/open-store.ts";

export interface ContextFlags extends StoreFlags, TimingFlags, RestartFlags, ProgressFlags {
  readonly holder?: string;
}

/** A store, opened as the settings say, and clients of it. */
export interface Context extends AsyncDisposable {
  readonly settings: Settings;
  readonly store: LeaseStore;
  /** The same, with the files of adopted leases kept in step: what clients write to. */
  readonly kept: AdoptedStore;
  readonly host: ThisHost;
  /** What this machine remembers beside its leases: a folder that is there. */
  readonly memoryDirectory: string;
  /** A candidate; without an actor, this process acts. */
  readonly clientFor: (actor?: Actor) => LeaseClient;
}

/** Who acts under the lease when it is not this process: another one, or none (`--no-process`). */
export interface Actor {
  readonly process: ProcessIdentity | null;
  /** This process beats for it. */
  readonly renews?: boolean;
}

/** @throws LeaseError `ECONFIG` with the key at fault. */
export async function settingsFor(flags: ContextFlags, leaseName?: string): Promise<Settings> {
  return await loadSettings({
    flags: valuesOf(flags),
    env: process.env,
    cwd: process.cwd(),
    configuration: flags.config,
    leaseName,
  });
}

/**
 * Opens a store that is there. Whoever only looks, or acts for a term that must exist, never makes one: as another user's, it would
 * keep its real users out.
 * @throws LeaseError as `openContext`, and `ESTOREUNAVAILABLE` when there is none.
 */
export async function openExisting(flags: ContextFlags, leaseName?: string): Promise<Context> {
  if (leaseName !== undefined) assertLeaseName(leaseName);
  const { values } = await settingsFor(flags, leaseName);
  if (storeIsThere(values)) return await openContext(flags, leaseName);
  const message = `there is no store in ${values.directory} yet; --dir or TENURE_DIR name another place`;
  throw new LeaseError("ESTOREUNAVAILABLE", message, leaseName === undefined ? {} : { name: leaseName });
}

/**
 * Opens a store, and makes it where there is none.
 * @throws LeaseError `ESTOREUNAVAILABLE`, `EPERMISSION`, `EFSUNSUPPORTED`, `ESTATECORRUPT`; `ECONFIG` when it is not the pinned one.
 */
export async function openContext(flags: ContextFlags, leaseName?: string): Promise<Context> {
  if (leaseName !== undefined) assertLeaseName(leaseName);
  return await openWith(await settingsFor(flags, leaseName), flags);
}

/** The same for settings that are known. */
export async function openWith(settings: Settings, flags: StoreFlags): Promise<Context> {
  const { holderIdentity } = settings.values;
  const host = thisHost(holderIdentity === undefined ? {} : { holderIdentity });
  const { store, sightings, memoryDirectory } = await openStore(settings.values, flags);
  const kept = keptStore({ store, directory: memoryDirectory, host });
  return {
    settings,
    store,
    kept,
    host,
    memoryDirectory,
    clientFor: (actor) =>
      createLeaseClient({
        ...host,
        identity: identityOf(host, actor),
        store: kept,
        timing: timingOf(settings.values),
        sightings,
      }),
    [Symbol.asyncDispose]: () => kept.close(),
  };
}

/** @throws LeaseError `EUSAGE` when there is none. */
export function processWithId(pid: number): ProcessIdentity {
  try {
    return processOf(pid);
  } catch (error) {
    throw new LeaseError("EUSAGE", (error as Error).message, {}, { cause: error });
  }
}

function identityOf({ identity }: ThisHost, actor: Actor | undefined): ClientIdentity {
  if (actor === undefined) return identity;
  const { holderIdentity, holder: self } = identity;
  // Where no process acts, the machine and the run are still named, but nothing whose death could be proved.
  const holder = actor.process ?? { ...self, pid: null, processStartTime: null };
  return { holderIdentity, holder, ...(actor.renews === true && { renewer: self }) };
}

function valuesOf(flags: ContextFlags): Values {
  const values: Values = {};
  if (flags.dir !== undefined) values.directory = flags.dir;
  if (flags.store !== undefined) values.store = flags.store;
  if (flags.holder !== undefined) values.holderIdentity = flags.holder;
  if (flags.leaseDuration !== undefined) values.leaseDurationMs = flags.leaseDuration;
  if (flags.renewDeadline !== undefined) values.renewDeadlineMs = flags.renewDeadline;
  if (flags.renewInterval !== undefined) values.renewIntervalMs = flags.renewInterval;
  if (flags.requestTimeout !== undefined) values.requestTimeoutMs = flags.requestTimeout;
  if (flags.stopTimeout !== undefined) values.stopTimeoutMs = flags.stopTimeout;
  if (flags.lockDelay !== undefined) values.lockDelayMs = flags.lockDelay;
  if (flags.restart !== undefined) values.restartWhen = flags.restart;
  if (flags.restartBurst !== undefined) values.restartBurst = flags.restartBurst;
  if (flags.restartWindow !== undefined) values.restartWindowMs = flags.restartWindow;
  if (flags.backoff !== undefined) values.backoffMs = flags.backoff;
  if (flags.stableAfter !== undefined) values.stableAfterMs = flags.stableAfter;
  if (flags.onExhausted !== undefined) values.onExhausted = flags.onExhausted;
  if (flags.cooldown !== undefined) values.cooldownMs = flags.cooldown;
  if (flags.progress !== undefined) values.progressFrom = flags.progress;
  if (flags.progressDeadline !== undefined) values.progressDeadlineMs = flags.progressDeadline;
  if (flags.grace !== undefined) values.progressGraceMs = flags.grace;
  return values;
}
