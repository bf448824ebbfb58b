import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import { quoteForDisplay } from "@tenure/schema/light";

/** The shell's codes for what is there and cannot be run, and for what is not there. */
export type CannotStartCode = 126 | 127;

export class CannotStartError extends Error {
  override readonly name = "CannotStartError";
  readonly exitCode: CannotStartCode;

  constructor(exitCode: CannotStartCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** Where POSIX looks when there is no PATH. */
const DEFAULT_PATH = "/usr/bin:/bin";

/**
 * The file a command names, found as a shell would: by PATH, unless it holds a slash. Looked up before anything is acquired, so
 * that nobody leads in order to fail.
 * @throws CannotStartError
 */
export function resolveCommand(command: string, env: NodeJS.ProcessEnv): string {
  if (command.includes("/")) {
    const path = resolve(command);
    const obstacle = obstacleTo(path);
    if (obstacle === null) return path;
    throw new CannotStartError(obstacle === "ENOENT" ? 127 : 126, `cannot run ${describe(path, obstacle)}`);
  }
  let refused: string | null = null;
  const searched = env["PATH"] ?? DEFAULT_PATH;
  for (const directory of command === "" ? [] : searched.split(delimiter)) {
    const path = join(isAbsolute(directory) ? directory : resolve(directory), command);
    const obstacle = obstacleTo(path);
    if (obstacle === null) return path;
    if (obstacle !== "ENOENT") refused ??= describe(path, obstacle);
  }
  if (refused !== null) throw new CannotStartError(126, `cannot run ${refused}`);
  throw new CannotStartError(127, `cannot run ${quoteForDisplay(command)}: no such command in PATH (${searched})`);
}

function obstacleTo(path: string): string | null {
  try {
    if (!statSync(path).isFile()) return "EISDIR";
    accessSync(path, constants.X_OK);
    return null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOTDIR" ? "ENOENT" : (code ?? "EACCES");
  }
}

function describe(path: string, obstacle: string): string {
  const words: Record<string, string> = {
    ENOENT: "there is no such file",
    EACCES: "permission denied; is it executable (chmod +x)?",
    EISDIR: "it is no regular file",
  };
  return `${quoteForDisplay(path)}: ${words[obstacle] ?? obstacle}`;
}
