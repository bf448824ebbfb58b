import type { StoreProbe } from "@tenure/core";
import { fileSystemOf } from "./directory.ts";
import { attempt } from "./failure.ts";
import type { FileSystem } from "./file-system.ts";

export interface ProbeContext {
  readonly files: FileSystem;
  readonly directory: string;
  readonly floorDirectory: string;
  readonly storeId: string;
}

/** Asks the system what the folders really are. */
export function probeStore({ files, directory, floorDirectory, storeId }: ProbeContext): StoreProbe {
  const state = fileSystemOf(files, directory);
  const floor = fileSystemOf(files, floorDirectory);
  const facts = attempt(`look at ${directory}`, () => files.lstat(directory));
  const mode = (facts?.mode ?? 0) & 0o7777;
  return {
    engine: "file",
    storeId,
    facts: {
      directory,
      filesystem: state.name,
      mode: `0${mode.toString(8)}`,
      floorDirectory,
      floorFilesystem: floor.name,
    },
    warnings: [...warnings(directory, state), ...warnings(floorDirectory, floor), ...readable(directory, mode)],
  };
}

function* warnings(directory: string, { name, network, known }: ReturnType<typeof fileSystemOf>): Generator<string> {
  if (!known)
    yield `${directory} is on a file system that tenure does not know (type ${name}): if other machines may write to it, two may lead at once`;
  if (network) yield `${directory} is on ${name}: two machines may lead at once, and a holder's death is not told`;
  if (name === "tmpfs") yield `${directory} is on tmpfs: a reboot takes it`;
  if (name === "overlay")
    yield `${directory} is on overlay, which is a container's own: other containers see another folder, and it ends with the container; use a volume`;
}

function* readable(directory: string, mode: number): Generator<string> {
  if ((mode & 0o077) !== 0)
    yield `${directory} may be looked into by others (mode 0${mode.toString(8)}); run: chmod 700 ${directory}`;
}
