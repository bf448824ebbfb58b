import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { getBuiltinModule, kill, pid, platform } from "node:process";

/**
 * All this package asks of the operating system about processes. Every method is synchronous, since a verdict put together from
 * answers given at different times would be about no moment at all, and throws the system's own error, with its `code`.
 */
export interface ProcReader {
  readonly platform: string;
  /** The asking process, as `kill(2)` numbers it. */
  readonly pid: number;
  readFile(path: string): string;
  readLink(path: string): string;
  readDir(path: string): readonly string[];
  /** Signal 0 only asks. */
  kill(pid: number, signal: string | 0): void;
  hostname(): string;
  /** macOS only: the id of the present boot. */
  bootSession(): string;
}

/** The machine this process runs on. */
export const systemHost: ProcReader = {
  platform,
  pid,
  readFile: (path) => readFileSync(path, "utf8"),
  readLink: (path) => readlinkSync(path),
  readDir: (path) => readdirSync(path),
  kill: (target, signal) => void kill(target, signal),
  hostname,
  bootSession() {
    // Everywhere else nothing is ever started, so nobody pays for loading it.
    const { execFileSync } = getBuiltinModule("node:child_process");
    return execFileSync("/usr/sbin/sysctl", ["-n", "kern.bootsessionuuid"], {
      encoding: "utf8",
      timeout: 5_000,
    }).trim();
  },
};

/** The value, or `null` where the system refuses it for any reason. */
export function attempt<T>(ask: () => T): T | null {
  try {
    return ask();
  } catch {
    return null;
  }
}

/** The `code` of a system error. */
export function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown";
}
