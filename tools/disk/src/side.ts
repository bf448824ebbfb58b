import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openFileStore } from "@tenure/store-file";
import type { Said } from "./member.ts";

/** What a fresh process finds after a cut. */
export interface Found {
  /** Those of the transitions heard before the cut that are not there. */
  readonly lost: readonly Said[];
  /** The file that other tools read is there, and is none: empty, or cut short. */
  readonly unreadable: boolean;
  /** Each one sentence. */
  readonly problems: readonly string[];
}

/** A way to keep a lease on a disk. */
export interface Side {
  readonly name: string;
  /** The script of one member in `children`, and its arguments. */
  member(folder: string, boot: number, holder: string): readonly [script: string, ...args: string[]];
  find(folder: string, boot: number, told: readonly Said[]): Promise<Found>;
}

export function tenureSide(): Side {
  // What was read before is not read again.
  let revision: string | undefined;
  const optionsOf = (folder: string, boot: number): { directory: string; floorDirectory: string; bootId: string } => ({
    directory: join(folder, "state"),
    floorDirectory: join(folder, "floor"),
    bootId: `boot-${boot}`,
  });
  return {
    name: "tenure",
    member: (folder, boot, holder) => ["tenure.mjs", JSON.stringify(optionsOf(folder, boot)), holder],
    async find(folder, boot, told) {
      const options = optionsOf(folder, boot);
      const unreadable = readJson(join(options.directory, "jobs.json")) === undefined;
      const store = await openFileStore(options);
      try {
        const there = new Set<string>();
        for await (const { record, revision: at } of store.journal("jobs", revision)) {
          there.add(`${record.holderIdentity === null ? "released" : "acquired"} ${record.epoch}`);
          revision = at;
        }
        const lost = told.filter(({ did, epoch }) => did !== "renewed" && !there.has(`${did} ${epoch}`));
        return { lost, unreadable, problems: (await store.verify("jobs")).problems };
      } finally {
        await store.close();
      }
    },
  };
}

/** `write-file-atomic`, with `proper-lockfile` around it or without. */
export function fileSide(locked: boolean): Side {
  return {
    name: locked ? "proper-lockfile + write-file-atomic" : "write-file-atomic",
    member: (folder, _boot, holder) => ["file.mjs", folder, holder, locked ? "lock" : ""],
    async find(folder, _boot, told) {
      const found = readJson(join(folder, "jobs.json"));
      const { epoch, holder } = found ?? { epoch: 0, holder: null };
      const isLost = (said: Said): boolean =>
        said.epoch > epoch || (said.did === "released" && said.epoch === epoch && holder !== null);
      const lost = told.filter((said) => said.did !== "renewed" && isLost(said));
      return { lost, unreadable: found === undefined, problems: [] };
    },
  };
}

/** `null`: there is no such file. `undefined`: it cannot be read. */
function readJson(path: string): { readonly epoch: number; readonly holder: string | null } | null | undefined {
  try {
    return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : null;
  } catch {
    return undefined;
  }
}
