import { join } from "node:path";
import type { Sighting, Sightings } from "@tenure/core";
import { LINE_FORMAT } from "@tenure/core/line-sum";
import { randomToken } from "@tenure/host";
import { assertLeaseName } from "@tenure/schema/light";
import { storeFailure } from "./failure.ts";
import { systemFiles } from "./file-system.ts";
import type { FileSystem } from "./file-system.ts";
import { halfWay, layout } from "./layout.ts";
import { decodeLine, encodeLine } from "./line.ts";
import { openOwnFile } from "./open-file.ts";

const MAX_SIZE = 16 * 1024;

/**
 * Remembers in the state folder what one-shot candidates saw first, so that the next one may count from there. What cannot be read
 * counts as nothing seen: that only lengthens a wait.
 */
export function fileSightings(directory: string, files: FileSystem = systemFiles): Sightings {
  const path = (name: string): string => {
    assertLeaseName(name);
    return join(directory, layout.sighting(name));
  };
  return {
    load: async (name) => readSighting(files, path(name)),
    save: async (name, sighting) => {
      const earlier = readSighting(files, path(name));
      // The first sight is what counts.
      if (earlier !== null && sameSight(earlier, sighting) && earlier.boottimeMs <= sighting.boottimeMs) return;
      await replace(files, path(name), encodeLine({ v: LINE_FORMAT, ...sighting }).text);
    },
  };
}

function readSighting(files: FileSystem, path: string): Sighting | null {
  const file = openOwnFile(files, path, "read");
  if (file === null) return null;
  const line = file.read(0, Math.min(file.facts.size, MAX_SIZE)).toString("utf8").trimEnd();
  file.release();
  const found = decodeLine<Sighting & { readonly v: number }>(line)?.fields;
  if (found === undefined || found.v !== LINE_FORMAT) return null;
  const { storeId, revision, nonce, bootId, timeNamespace, boottimeMs } = found;
  return { storeId, revision, nonce, bootId, timeNamespace, boottimeMs };
}

function sameSight(a: Sighting, b: Sighting): boolean {
  return (
    a.storeId === b.storeId &&
    a.revision === b.revision &&
    a.nonce === b.nonce &&
    a.bootId === b.bootId &&
    a.timeNamespace === b.timeNamespace
  );
}

/** Whole or not at all, for whoever reads it; not durable, since it means nothing after a reboot. */
async function replace(files: FileSystem, path: string, text: string): Promise<void> {
  const temporary = halfWay.toRename(path, randomToken());
  try {
    const fd = await files.create(temporary);
    await files.append(fd, Buffer.from(text)).finally(() => files.close(fd));
    await files.rename(temporary, path);
  } catch (error) {
    await files.unlink(temporary).catch(() => {});
    throw storeFailure(error, `write ${path}`);
  }
}
