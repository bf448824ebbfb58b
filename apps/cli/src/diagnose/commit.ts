import { spawnSync } from "node:child_process";
import { GIT_GUARDS } from "@tenure/diagnostics";
import { quoteForDisplay } from "@tenure/schema/light";
import { usageError } from "../failure.ts";
import { gitEnvironment } from "./git.ts";
import { removedTexts } from "./removed-texts.ts";

/** When a commit was made, its first line, and the texts that no file of it has any more, as git tells it. */
export interface Commit {
  readonly at: number;
  readonly label: string;
  readonly removed: readonly string[];
  readonly isCommit: true;
}

const LABEL_MAX_LENGTH = 200;
const DIFF_MAX_BYTES = 268_435_456;

/** @throws LeaseError `EUSAGE` where git knows no such commit; an error of the system where there is no git. */
export function commitNamed(name: string, repository: string): Commit {
  // Git takes some options even behind --end-of-options, and one of them writes a file.
  if (name.startsWith("-"))
    throw usageError(`git knows no commit ${quoteForDisplay(name)}: no name begins with a dash`);
  const shown = git(repository, ["show", "-s", "--format=%H%n%cI%n%s", "--end-of-options", `${name}^{commit}`]);
  const [hash = "", time = "", subject = ""] = shown.stdout.split("\n");
  const at = Date.parse(time);
  if (shown.status !== 0 || Number.isNaN(at)) {
    const why = shown.stderr.trim().split("\n")[0] ?? "";
    throw usageError(
      `git knows no commit ${quoteForDisplay(name)} in ${quoteForDisplay(repository)} (--repository): ${why === "" ? `it ended with ${shown.status}` : why}`,
    );
  }
  const label = `${hash.slice(0, 10)} ${subject}`.slice(0, LABEL_MAX_LENGTH);
  return { at, label, removed: removedBy(hash, repository), isCommit: true };
}

function removedBy(hash: string, repository: string): string[] {
  // A repository may name programs that make its differences; none is run.
  const options = ["--format=", "--unified=0", "--no-color", "--no-ext-diff", "--no-textconv"];
  const texts = removedTexts(git(repository, ["show", ...options, hash]).stdout);
  // Moved to another file it is printed still.
  return texts.filter((text) => git(repository, ["grep", "-q", "-F", "-e", text, hash]).status === 1);
}

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}

function git(repository: string, args: readonly string[]): Ended {
  const { error, stdout, stderr, status } = spawnSync("git", ["-C", repository, ...GIT_GUARDS, ...args], {
    encoding: "utf8",
    env: gitEnvironment(),
    maxBuffer: DIFF_MAX_BYTES,
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (error !== undefined) throw error;
  return { stdout, stderr, status };
}
