import { spawnSync } from "node:child_process";
import { GIT_GUARDS } from "@tenure/diagnostics";
import { quoteForDisplay } from "@tenure/schema/light";
import { usageError } from "../failure.ts";
import { gitEnvironment } from "./git.ts";

/** When a commit was made, and its first line, as git tells it. */
export interface Commit {
  readonly at: number;
  readonly label: string;
}

const LABEL_MAX_LENGTH = 200;

/** @throws LeaseError `EUSAGE` where git knows no such commit; an error of the system where there is no git. */
export function commitNamed(name: string, repository: string): Commit {
  // Git takes some options even behind --end-of-options, and one of them writes a file.
  if (name.startsWith("-"))
    throw usageError(`git knows no commit ${quoteForDisplay(name)}: no name begins with a dash`);
  const args = ["-C", repository, ...GIT_GUARDS, "show", "-s", "--format=%H%n%cI%n%s"];
  const { error, stdout, stderr, status } = spawnSync("git", [...args, "--end-of-options", `${name}^{commit}`], {
    encoding: "utf8",
    env: gitEnvironment(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (error !== undefined) throw error;
  const [hash = "", time = "", subject = ""] = stdout.split("\n");
  const at = Date.parse(time);
  if (status !== 0 || Number.isNaN(at)) {
    const why = stderr.trim().split("\n")[0] ?? "";
    throw usageError(
      `git knows no commit ${quoteForDisplay(name)} in ${quoteForDisplay(repository)} (--repository): ${why === "" ? `it ended with ${status}` : why}`,
    );
  }
  return { at, label: `${hash.slice(0, 10)} ${subject}`.slice(0, LABEL_MAX_LENGTH) };
}
