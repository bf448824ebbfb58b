import { writeFileSync } from "node:fs";
import { AdoptedStore, KeptFile, type FileLook, type ForeignFile } from "@tenure/adoption";
import { createLeaseClient, type LeaseClient, type LeaseStore } from "@tenure/core";
import { shellWord } from "@tenure/diagnostics";
import type { ThisHost } from "@tenure/host";
import { DURATION_MAX_MS, escapeForDisplay } from "@tenure/schema/light";
import { tell } from "../output/print.ts";
import { adoptionPath, adoptionText, parseAdoption, readAdoption } from "./adoption-file.ts";
import { isMissing, readText, versionOf, type ReadFile } from "./foreign-file.ts";
import { replaceFile } from "./replace-file.ts";
import { writersOf } from "./writers.ts";

export interface KeptStoreOptions {
  readonly store: LeaseStore;
  /** Where it is remembered which leases are adopted. */
  readonly directory: string;
  readonly host: ThisHost;
}

/** How the reason of a pause begins that adoption asked for, and may lift. */
export const ADOPTION_PAUSE = "adoption: ";

const REASON_LENGTH = 1_000;

/** The reason of a pause that adoption asks for: what happened, and what lifts it, since `resume` would leave the file aside. */
export function adoptionPause(what: string, file: string, name: string): string {
  const advice = `; tenure adopt ${shellWord(file)} --own --name ${name} takes it over again`;
  const reason = `${ADOPTION_PAUSE}${what}`.slice(0, Math.max(REASON_LENGTH / 2, REASON_LENGTH - advice.length));
  return `${reason}${advice}`.slice(0, REASON_LENGTH);
}

/** The same where there is no file any more that another mechanism could lead by. */
export function pauseOfNone(file: string, name: string): string {
  const advice = `; tenure resume ${name} lets it lead without a file`;
  return `${`${ADOPTION_PAUSE}${file} is gone`.slice(0, REASON_LENGTH - advice.length)}${advice}`;
}

/** The store, with the files of adopted leases kept in step. */
export function keptStore({ store, directory, host }: KeptStoreOptions): AdoptedStore {
  const kept = new Map<string, { readonly text: string; readonly file: KeptFile }>();
  const fileOf = (name: string): KeptFile | null => {
    const text = adoptionText(directory, name);
    if (text === null) return null;
    const known = kept.get(name);
    if (known?.text === text) return known.file;
    const { file: path, ...adopted } = parseAdoption(directory, name, text);
    const file = new KeptFile({ name, adopted, file: foreignFile(path, directory, name), store, clock: host.clock });
    kept.set(name, { text, file });
    return file;
  };
  const identity = { ...host.identity, holderIdentity: "tenure adopt" };
  const client = (): LeaseClient => createLeaseClient({ ...host, identity, store });
  return new AdoptedStore({
    store,
    clock: host.clock,
    fileOf,
    end: async (name, evidence, { bar }) => {
      if (bar) {
        const reason = adoptionPause(evidence, readAdoption(directory, name)?.file ?? "FILE", name);
        await client().pause(name, { expiresAfterMs: DURATION_MAX_MS, reason });
      }
      const { holderIdentity } = await client().status(name);
      if (holderIdentity !== null) await client().revoke(name, evidence);
    },
    onTrouble: (name, trouble) => tell(`tenure: ${name}: ${escapeForDisplay(trouble)}\n`),
  });
}

function foreignFile(path: string, directory: string, name: string): ForeignFile {
  const look = (): FileLook | null => {
    try {
      return lookOf(readText(path));
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  };
  return {
    path,
    look: async () => look(),
    replace: async (text, over) => {
      const stat = replaceFile(path, text, { durable: false, still: () => look()?.version === over?.version });
      return stat === null ? null : lookOf({ text, stat });
    },
    putAway: async (text) => writeFileSync(`${adoptionPath(directory, name)}-replaced`, text, { mode: 0o600 }),
    writers: async ({ uid }) => writersOf(path, uid),
  };
}

function lookOf({ text, stat }: ReadFile): FileLook {
  const { ino, uid, mtimeMs } = stat;
  return { text, version: versionOf(stat), inode: String(ino), uid: Number(uid), mtimeMs: Number(mtimeMs) };
}
