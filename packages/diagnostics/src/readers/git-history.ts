import { linesOf, type Source } from "../source.ts";
import { blobsIn, type Blob } from "./git-blobs.ts";

/**
 * Runs a program to its end and yields what it writes to its output; throws, with what it wrote to its errors, where it fails. The
 * program is not run by a shell.
 */
export type RunProgram = (program: string, args: readonly string[], input: string) => AsyncIterable<Uint8Array>;

export interface GitHistoryOptions {
  /** The folder the file lies in, which is in a working copy. */
  readonly directory: string;
  /** The file's name in that folder. */
  readonly file: string;
  /** As it is to be named in evidence. */
  readonly name: string;
}

/** Older versions are left out, which is said. */
const VERSIONS_MAX = 10_000;

/**
 * Nothing that a repository itself configures is to run or to reach the network: it may be anybody's. Names are no patterns.
 */
export const GIT_GUARDS: readonly string[] = [
  "--no-pager",
  "--literal-pathspecs",
  "-c",
  "protocol.allow=never",
  "-c",
  "core.fsmonitor=false",
  "-c",
  "log.showSignature=false",
];

/** As much of a commit's name as people use. */
const COMMIT_SHOWN = 12;

interface Version {
  readonly commit: string;
  readonly time: string;
  /** `null`: the file was deleted. */
  readonly blob: string | null;
}

/**
 * The versions of a file in a git repository, oldest first, a line each: `{ committed_at, commit, state }`. `state` is the JSON document
 * that the file held, the text where it held none, `null` where it was empty or deleted. Git is asked each time it is read.
 */
export function gitHistory(run: RunProgram, options: GitHistoryOptions): Source {
  return { name: options.name, chunks: { [Symbol.asyncIterator]: () => historyOf(run, options) } };
}

async function* historyOf(
  run: RunProgram,
  { directory, file }: GitHistoryOptions,
): AsyncGenerator<Uint8Array, void, void> {
  const git = ["-C", directory, ...GIT_GUARDS];
  const log = [
    "log",
    "--raw",
    "--no-abbrev",
    "--no-renames",
    "--format=commit %H %cI",
    `--max-count=${VERSIONS_MAX}`,
    "--",
  ];
  const newestFirst: Version[] = [];
  for await (const version of versionsIn(run("git", [...git, ...log, file], ""))) newestFirst.push(version);
  const versions = newestFirst.toReversed();
  if (versions.length === 0) yield line("no commit has this file");
  if (versions.length >= VERSIONS_MAX) yield line(`versions before ${versions[0]?.time} were not read`);
  const asked = versions.flatMap(({ blob }) => (blob === null ? [] : [`${blob}\n`]));
  if (asked.length === 0) return;
  const contents = blobsIn(run("git", [...git, "cat-file", "--batch"], asked.join("")));
  for (const version of versions) yield await toldOf(version, contents);
  // To its end: how the program ended is told there.
  await contents.next();
}

async function toldOf({ commit, time, blob }: Version, contents: AsyncIterator<Blob, unknown>): Promise<Uint8Array> {
  const next = blob === null ? null : await contents.next();
  const content =
    next === null ? { text: "" } : next.done === true ? { text: null, why: "git ended before it" } : next.value;
  if (content.text === null) return line(`the version of ${time} (${commit}) was not read: ${content.why}`);
  return line(
    JSON.stringify({ committed_at: time, commit: commit.slice(0, COMMIT_SHOWN), state: documentIn(content.text) }),
  );
}

function line(text: string): Uint8Array {
  return Buffer.from(`${text}\n`);
}

/** What `git log --raw` says: a line for each commit, and one with what became of the file. */
async function* versionsIn(output: AsyncIterable<Uint8Array>): AsyncGenerator<Version, void, void> {
  let commit = { commit: "", time: "" };
  for await (const lines of linesOf(output))
    for (const { text } of lines) {
      const [, hash, time] = /^commit ([0-9a-f]{40,64}) (\S+)$/u.exec(text) ?? [];
      if (hash !== undefined && time !== undefined) commit = { commit: hash, time };
      // Only files: no links, no other repositories.
      const [, mode = "", blob = ""] = /^:\d{6} (\d{6}) [0-9a-f]{40,64} ([0-9a-f]{40,64}) [AMTD]\t/u.exec(text) ?? [];
      if (mode.startsWith("100")) yield { ...commit, blob };
      else if (mode === "000000") yield { ...commit, blob: null };
    }
}

function documentIn(text: string): unknown {
  if (text.trim() === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    // Torn, or no JSON at all: the rule that asks for torn states is told the text.
    return text;
  }
}
