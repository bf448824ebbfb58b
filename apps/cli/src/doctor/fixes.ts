import { chmodSync, existsSync, lstatSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { shellWord } from "@tenure/diagnostics";
import { readAdoption } from "../adopt/adoption-file.ts";
import { draftsBeside, sweepDrafts } from "../adopt/replace-file.ts";
import type { Settings } from "../settings/settings.ts";
import { memoryDirectoryOf } from "../store/open-store.ts";

/** Something that is safe to do whatever goes on: it takes no lease, ends no process, and loses no word of what was written. */
export interface Fix {
  readonly fix: "narrow-folder" | "narrow-file" | "sweep-drafts";
  readonly does: string;
  readonly apply: () => void;
}

const OF_OTHERS = 0o077;
const WRITE_OF_OTHERS = 0o022;

/** As tenure calls what it keeps, of whatever lease. */
const OWN_FILE =
  /^(?:store\.id|epochs\.jsonl|.+\.(?:journal(?:\.\d+)?\.jsonl|floor\.\d+\.jsonl|json|sighting|runs|given-up|adopted))$/u;

/** What could be mended here. Only what tenure keeps and belongs to this user, in a folder of its own; nothing is changed by asking. */
export function fixesFor(values: Settings["values"]): Fix[] {
  const memory = memoryDirectoryOf(values);
  // Whatever folder was named: without a store in it, it is somebody else's.
  if (!["store.id", "epochs.jsonl"].some((file) => existsSync(join(memory, file)))) return [];
  const folders = values.floorDirectory === undefined ? [memory] : [memory, values.floorDirectory];
  return [...folders.flatMap(narrowFolder), ...ownFilesIn(memory).flatMap(narrowFile), ...drafts(memory)];
}

function narrowFolder(path: string): Fix[] {
  const facts = own(path);
  if (facts === null || !facts.isDirectory() || (facts.mode & OF_OTHERS) === 0) return [];
  return [{ fix: "narrow-folder", does: `chmod 700 ${shellWord(path)}`, apply: () => chmodSync(path, 0o700) }];
}

function narrowFile(path: string): Fix[] {
  const facts = own(path);
  if (facts === null || !facts.isFile() || (facts.mode & WRITE_OF_OTHERS) === 0) return [];
  return [{ fix: "narrow-file", does: `chmod 600 ${shellWord(path)}`, apply: () => chmodSync(path, 0o600) }];
}

/** What a writer that was killed left beside an adopted file. */
function drafts(memory: string): Fix[] {
  return filesIn(memory).flatMap((path) => {
    const name = path.endsWith(".adopted") ? path.slice(memory.length + 1, -".adopted".length) : null;
    const file = name === null ? null : (attempt(() => readAdoption(memory, name))?.file ?? null);
    if (file === null) return [];
    return (attempt(() => draftsBeside(file)) ?? []).map((draft): Fix => {
      return { fix: "sweep-drafts", does: `rm ${join(dirname(file), draft)}`, apply: () => sweepDrafts(file) };
    });
  });
}

function ownFilesIn(directory: string): string[] {
  return filesIn(directory).filter((path) => OWN_FILE.test(basename(path)));
}

function filesIn(directory: string): string[] {
  return (attempt(() => readdirSync(directory)) ?? []).map((file) => join(directory, file));
}

function own(path: string) {
  const facts = lstatSync(path, { throwIfNoEntry: false });
  return facts?.uid === process.getuid?.() ? (facts ?? null) : null;
}

/** What cannot be looked at is nothing to be mended by this user. */
function attempt<T>(ask: () => T): T | null {
  try {
    return ask();
  } catch {
    return null;
  }
}
