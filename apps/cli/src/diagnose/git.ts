import { spawn } from "node:child_process";
import { once } from "node:events";
import { statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { LeaseError } from "@tenure/core";
import { gitHistory } from "@tenure/diagnostics";
import type { FoundSource } from "./sources.ts";

/** The history of a file that a git repository keeps; the file itself may be gone by now, its folder not. */
export function gitSourceOf(path: string): FoundSource {
  const directory = dirname(path);
  statSync(directory);
  return { ...gitHistory(runProgram, { directory, file: basename(path), name: path }), bytes: 0 };
}

const ERRORS_MAX_LENGTH = 2_000;

/** Nothing asks, fetches or takes a lock. */
export function gitEnvironment(): NodeJS.ProcessEnv {
  const settings = { GIT_TERMINAL_PROMPT: "0", GIT_OPTIONAL_LOCKS: "0", GIT_NO_LAZY_FETCH: "1", LC_ALL: "C" };
  return { ...process.env, ...settings };
}

/**
 * @throws LeaseError `ESTOREUNAVAILABLE` with what the program said, where it fails or is not there.
 */
async function* runProgram(program: string, args: readonly string[], input: string): AsyncGenerator<Uint8Array> {
  const child = spawn(program, args, { env: gitEnvironment(), stdio: ["pipe", "pipe", "pipe"] });
  const ended = once(child, "close");
  // Whoever fails to start, or ends early, does not read its input; how it ended says why.
  ended.catch(() => {});
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  let errors = "";
  child.stderr
    .setEncoding("utf8")
    .on("data", (text: string) => (errors = `${errors}${text}`.slice(0, ERRORS_MAX_LENGTH)));
  try {
    yield* child.stdout as AsyncIterable<Uint8Array>;
    const [code] = (await ended) as [number | null];
    if (code !== 0) throw new Error(errors.trim() === "" ? `it ended with ${String(code)}` : errors.trim());
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new LeaseError("ESTOREUNAVAILABLE", `${program} cannot tell that file's history: ${why}`, {}, { cause });
  } finally {
    child.kill();
  }
}
