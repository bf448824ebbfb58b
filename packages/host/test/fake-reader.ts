import { systemHost } from "../src/index.ts";
import type { ProcReader } from "../src/index.ts";

/** This machine, but for the files given here; `null` is a file that cannot be read. */
export function withFiles(files: Readonly<Record<string, string | null>>, other: Partial<ProcReader> = {}): ProcReader {
  return {
    ...systemHost,
    readFile(path) {
      const text = files[path];
      if (text === undefined) return systemHost.readFile(path);
      if (text === null) throw systemError("ENOENT");
      return text;
    },
    ...other,
  };
}

/** A machine of another operating system: no `/proc`, no namespaces. */
export function darwin(living: readonly number[]): ProcReader {
  const nothing = (): never => {
    throw systemError("ENOENT");
  };
  return {
    platform: "darwin",
    pid: 501,
    readFile: nothing,
    readLink: nothing,
    readDir: nothing,
    kill(pid) {
      if (!living.includes(pid)) throw systemError("ESRCH");
    },
    hostname: () => "mac",
    bootSession: () => "5A2F7E1C-1111-2222-3333-444455556666",
  };
}

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}
