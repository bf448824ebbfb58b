import { join } from "node:path";
import { LeaseError } from "@tenure/core";
import { LINE_FORMAT } from "@tenure/core/line-sum";
import { attempt, corrupt } from "./failure.ts";
import type { FileSystem } from "./file-system.ts";
import { layout } from "./layout.ts";
import { decodeLine, encodeLine } from "./line.ts";
import { createWhole, openOwnFile } from "./open-file.ts";

/** Which store a folder is, for good, and where its floor lies. Kept in both folders, so that either can restore the other. */
export interface StoreIdentity {
  readonly storeId: string;
  readonly floorDirectory: string;
}

const MAX_SIZE = 16 * 1024;

/** What stands in a folder; `null` when nothing does. */
export function readIdentity(files: FileSystem, directory: string): StoreIdentity | null {
  const path = join(directory, layout.identity);
  const file = openOwnFile(files, path, "read");
  if (file === null) return null;
  try {
    const line = file.read(0, Math.min(file.facts.size, MAX_SIZE)).toString("utf8").trimEnd();
    const fields = decodeLine<StoreIdentity & { readonly v: number }>(line)?.fields;
    if (fields !== undefined && fields.v > LINE_FORMAT)
      throw new LeaseError(
        "ESCHEMAVERSION",
        `${path} is of format ${fields.v}, and this build knows ${LINE_FORMAT}; install the version of tenure that wrote it`,
      );
    if (typeof fields?.storeId === "string" && typeof fields.floorDirectory === "string") return fields;
    throw corrupt(
      path,
      "this does not say which store it is",
      "Remove the file: it is restored from its copy in the floor folder.",
    );
  } finally {
    file.release();
  }
}

/** Writes it where nothing stands yet; answers with what stands there then. */
export async function settleIdentity(
  files: FileSystem,
  directory: string,
  identity: StoreIdentity,
  randomToken: () => string,
): Promise<StoreIdentity> {
  const { storeId, floorDirectory } = identity;
  await createWhole(
    files,
    join(directory, layout.identity),
    encodeLine({ v: LINE_FORMAT, storeId, floorDirectory }).text,
    randomToken,
  );
  const settled = attempt(`read ${directory}`, () => readIdentity(files, directory));
  if (settled === null) throw new LeaseError("ESTOREUNAVAILABLE", `${directory} was emptied while it was opened`);
  return settled;
}

/** Takes a name back that this process gave a folder. Where that fails, whoever opens the store next is told that its folders differ. */
export async function replaceIdentity(
  files: FileSystem,
  directory: string,
  identity: StoreIdentity,
  randomToken: () => string,
): Promise<void> {
  await files.unlink(join(directory, layout.identity)).catch(() => {});
  await settleIdentity(files, directory, identity, randomToken);
}
