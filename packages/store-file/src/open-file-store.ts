import { createHash } from "node:crypto";
import { resolve, sep } from "node:path";
import process, { env } from "node:process";
import { LeaseError } from "@tenure/core";
import type { Clock, RandomToken } from "@tenure/core";
import { bootId, homeDirectory, randomToken, systemClock } from "@tenure/host";
import { defaultFloorDirectory, ownDirectory, refuseNetwork } from "./directory.ts";
import { FileStore } from "./file-store.ts";
import { systemFiles } from "./file-system.ts";
import type { FileSystem } from "./file-system.ts";
import { storeIdInJournals } from "./journal-entries.ts";
import { readIdentity, replaceIdentity, settleIdentity } from "./store-identity.ts";
import type { StoreIdentity } from "./store-identity.ts";
import { systemSurroundings } from "./surroundings.ts";
import type { Surroundings } from "./surroundings.ts";
import { sweep } from "./sweep.ts";

export interface FileStoreOptions {
  /** The state folder. Created, for this user alone, where it is not there. */
  readonly directory: string;
  /**
   * Where the second copy of each epoch is kept, so that it survives the state folder. Default: what the state folder says, or else a
   * folder of its own in `$XDG_STATE_HOME/tenure-floors` (`~/.local/state/tenure-floors`).
   */
  readonly floorDirectory?: string;
  /** Refuses any store but this one, so that two folders are never taken for one. */
  readonly storeId?: string;
  /** Accepts NFS, SMB, FUSE and the like, where two machines may lead at once. Default: false. */
  readonly allowNetworkFilesystem?: boolean;
  /** Accepts folders that others own or may write to. Default: false. */
  readonly insecureDirectory?: boolean;
  /** A segment of a journal is closed when it has grown to this. Default: 4 MiB, about 10 000 renewals. */
  readonly segmentBytes?: number;
  /** How many segments of each journal are kept. Default: 8. */
  readonly segmentsKept?: number;
  /** Told when a lease's readable copy could not be written; the next write tries again. Default: a warning of the process, once a store. */
  readonly onMirrorError?: (name: string, error: unknown) => void;
  readonly clock?: Clock;
  readonly randomToken?: RandomToken;
  readonly fileSystem?: FileSystem;
  /** Sockets, kernel watches and the writer of mirrors. Default: those of this machine. */
  readonly surroundings?: Surroundings;
  /** Which boot this is. Default: the kernel's. */
  readonly bootId?: string;
}

/**
 * Opens the leases of one folder.
 * @throws LeaseError `EPERMISSION` for folders and files that are not this user's alone, `EFSUNSUPPORTED` on a network file system,
 * `ECONFIG` when it is not the store that was asked for, `ESTATECORRUPT`, `ESTOREUNAVAILABLE`.
 */
export async function openFileStore(options: FileStoreOptions): Promise<FileStore> {
  const files = options.fileSystem ?? systemFiles;
  const { segmentBytes = 4 * 1024 * 1024, segmentsKept = 8 } = options;
  for (const [option, value] of Object.entries({ segmentBytes, segmentsKept }))
    if (!Number.isSafeInteger(value) || value < 1)
      throw new LeaseError("ECONFIG", `${option} is ${value}, and must be a whole number from 1 on`);
  if (options.directory === "")
    throw new LeaseError("ECONFIG", "directory is empty, and would be wherever this process was started");
  const directory = await ownDirectory(files, options.directory, options.insecureDirectory);
  if (options.allowNetworkFilesystem !== true) refuseNetwork(files, directory);
  const identity = await identify(files, directory, options);
  if (options.storeId !== undefined && options.storeId !== identity.storeId)
    throw new LeaseError(
      "ECONFIG",
      `${directory} is store ${identity.storeId}, and store ${options.storeId} was asked for; look whether it is the right folder`,
    );
  const clock = options.clock ?? systemClock();
  await sweep(files, [directory, identity.floorDirectory], clock.now().wallMs);
  const token = options.randomToken ?? randomToken;
  const surroundings = options.surroundings ?? systemSurroundings;
  const restore = async (): Promise<void> => {
    if (files.lstat(directory) !== undefined) return;
    await ownDirectory(files, directory, options.insecureDirectory);
    await settleIdentity(files, directory, identity, token);
  };
  return new FileStore({
    files,
    directory,
    storeId: identity.storeId,
    floorDirectory: identity.floorDirectory,
    bootId: options.bootId ?? bootId(),
    randomToken: token,
    restore,
    clock,
    insecure: options.insecureDirectory ?? false,
    segmentBytes,
    segmentsKept,
    watch: surroundings.watch(directory, clock),
    vigil: surroundings.vigil(files, directory),
    mirrorWriter: surroundings.mirrorWriter,
    onMirrorError: options.onMirrorError ?? warnsOnce(),
  });
}

/** Of what nobody asked to be told of, and somebody should know. */
function warnsOnce(): (name: string, error: unknown) => void {
  let isTold = false;
  return (name, error) => {
    if (isTold) return;
    isTold = true;
    process.emitWarning(
      `the readable copy of lease ${name} cannot be written; the lease is not concerned: ${String(error)}`,
      "TenureWarning",
    );
  };
}

/** Either folder restores the other's word on which store this is. */
async function identify(files: FileSystem, directory: string, options: FileStoreOptions): Promise<StoreIdentity> {
  const token = options.randomToken ?? randomToken;
  const here = readIdentity(files, directory);
  const wanted = options.floorDirectory === undefined ? undefined : resolve(options.floorDirectory);
  const floor = wanted ?? here?.floorDirectory ?? ownFloor(directory);
  const floorDirectory = await ownDirectory(files, floor, options.insecureDirectory).catch((error: unknown) => {
    throw noFloor(directory, floor, error);
  });
  if (floorDirectory === directory || floorDirectory.startsWith(directory + sep))
    throw new LeaseError(
      "ECONFIG",
      `the floor folder ${floorDirectory} lies in the state folder ${directory}, and would be lost with it; choose another place`,
    );
  if (here !== null && here.floorDirectory !== floorDirectory)
    throw new LeaseError(
      "ECONFIG",
      `the floor of ${directory} is in ${here.floorDirectory}, and not in ${floorDirectory}; all processes of a store must use the same one`,
    );
  const there = readIdentity(files, floorDirectory);
  if (here !== null && there !== null && here.storeId !== there.storeId)
    throw new LeaseError(
      "ECONFIG",
      `${directory} is store ${here.storeId}, but the floor in ${floorDirectory} is of store ${there.storeId}; give each state folder a floor folder of its own`,
    );
  const known = there ?? here ?? { storeId: storeIdInJournals(files, directory) ?? token(), floorDirectory };
  const settled = there ?? (await settleIdentity(files, floorDirectory, known, token));
  const standing = here ?? (await settleIdentity(files, directory, { ...settled, floorDirectory }, token));
  const isOurName = there === null && settled.storeId === known.storeId;
  if (standing.storeId === settled.storeId || !isOurName) return standing;
  // Another had founded the store, and its floor was deleted, before the name that this one gave it appeared there.
  await replaceIdentity(files, floorDirectory, standing, token);
  return standing;
}

function ownFloor(directory: string): string {
  const digest = createHash("sha256").update(directory).digest("hex").slice(0, 16);
  return defaultFloorDirectory(directory, env, homeDirectory(), digest);
}

/** It lies outside the state folder, so whoever named only that one is told which is meant. */
function noFloor(directory: string, floor: string, cause: unknown): unknown {
  if (!(cause instanceof LeaseError)) return cause;
  const message =
    `no place for the floor of ${directory}, the second copy of its epochs, in ${floor}: ${cause.message}; ` +
    "floorDirectory names another place (TENURE_FLOOR_DIR for the command)";
  return new LeaseError(cause.code, message, cause.facts, { cause });
}
