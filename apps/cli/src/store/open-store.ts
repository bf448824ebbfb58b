import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { LeaseError, type LeaseStore, type Sightings } from "@tenure/core";
import { escapeForDisplay } from "@tenure/schema/light";
import { fileFence, fileSightings, openFileStore } from "@tenure/store-file";
import type { StoreFlags } from "../options.ts";
import { tell } from "../output/print.ts";
import type { Settings } from "../settings/settings.ts";
import { isStore } from "../status/read.ts";
import { openEngine } from "./engines.ts";

export interface OpenedStore {
  readonly store: LeaseStore;
  /** What one-shot verbs saw first, for the next one. */
  readonly sightings: Sightings;
  /** What this machine remembers beside its leases: a folder that is there. */
  readonly memoryDirectory: string;
}

/** Whether there is a store to look at, as far as can be told without opening it: a server is asked when it is opened. */
export function storeIsThere({ store, directory }: Settings["values"]): boolean {
  return store !== undefined || isStore(directory);
}

/** Opens the store that the settings name, and makes it where there is none. */
export async function openStore(values: Settings["values"], flags: StoreFlags): Promise<OpenedStore> {
  const { directory, floorDirectory, storeId, store: url, storePasswordFile: passwordFile } = values;
  if (url !== undefined) {
    const memory = memoryOfEngines(memoryDirectoryOf(values));
    const seenEpochs = fileFence({ path: join(memory, "epochs.jsonl") });
    return {
      store: await openEngine({ url, passwordFile, storeId, seenEpochs }),
      sightings: fileSightings(memory),
      memoryDirectory: memory,
    };
  }
  const store = await openFileStore({
    directory,
    ...(floorDirectory !== undefined && { floorDirectory }),
    ...(storeId !== undefined && { storeId }),
    allowNetworkFilesystem: flags.allowNetworkFilesystem === true,
    insecureDirectory: flags.insecureDirectory === true,
    onMirrorError: tellOnce(directory),
  });
  return { store, sightings: fileSightings(directory), memoryDirectory: directory };
}

/** What a command answers is true without the copy for readers; whoever reads that must know that it is old. */
function tellOnce(directory: string): (name: string, error: unknown) => void {
  let isTold = false;
  return (name, error) => {
    if (isTold) return;
    isTold = true;
    const copy = join(directory, `${name}.json`);
    const why = error instanceof Error ? error.message : String(error);
    tell(
      `tenure: ${escapeForDisplay(`the copy for readers, ${copy}, is not written: ${why}; the lease is not concerned`)}\n`,
    );
  };
}

const FOR_ENGINES = "-engines";

/** Where it is remembered what this machine knows beside its leases. The folder need not be there. */
export function memoryDirectoryOf({ store, directory }: Settings["values"]): string {
  return store === undefined ? directory : `${directory}${FOR_ENGINES}`;
}

/** Of either of the two: that of the leases in the state folder, and that of leases on a server. */
export function memoryDirectoriesOf(either: string): readonly [local: string, engines: string] {
  const local = either.endsWith(FOR_ENGINES) ? either.slice(0, -FOR_ENGINES.length) : either;
  return [local, `${local}${FOR_ENGINES}`];
}

/** What this machine saw of servers lies beside the state folder: a server that comes back older than it was is found out by it. */
function memoryOfEngines(path: string): string {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  } catch (error) {
    const message = `cannot make ${path}, where the epochs seen of a server are kept: ${(error as Error).message}; XDG_STATE_HOME names another place`;
    throw new LeaseError("EPERMISSION", message, {}, { cause: error });
  }
}
