import { systemFiles } from "../src/index.ts";
import type { FileSystem } from "../src/index.ts";

/** What happens to the call that was picked. `after`: it takes effect, and reports failure all the same. */
export type Fault = { readonly code: string; readonly when: "before" | "after" } | "short";

const calls = Object.keys(systemFiles) as (keyof FileSystem)[];

/** The machine's files, of which the call number `at` (from 1) goes wrong. */
export function faultyFiles(
  at: number,
  fault: Fault,
): { readonly files: FileSystem; readonly made: () => number; readonly hit: () => string | null } {
  let made = 0;
  let hit: string | null = null;
  const wrap = (name: keyof FileSystem): unknown => {
    const call = systemFiles[name] as (...args: unknown[]) => unknown;
    return (...args: unknown[]): unknown => {
      // Letting go of a descriptor does not fail in a way that leaves it open.
      if (name === "close") return call(...args);
      made += 1;
      if (made !== at) return call(...args);
      hit = name;
      if (fault !== "short") return fail(call, args, fault, asynchronous.has(name));
      if (name !== "append" && name !== "appendNow") return call(...args);
      const [fd, bytes] = args as [number, Buffer];
      return call(fd, bytes.subarray(0, Math.floor(bytes.length / 2)));
    };
  };
  const files = Object.fromEntries(calls.map((name) => [name, wrap(name)])) as unknown as FileSystem;
  return { files, made: () => made, hit: () => hit };
}

function fail(
  call: (...args: unknown[]) => unknown,
  args: unknown[],
  fault: Exclude<Fault, "short">,
  later: boolean,
): unknown {
  const error = Object.assign(new Error(`${fault.code}: injected`), { code: fault.code });
  const effect = fault.when === "after" ? call(...args) : undefined;
  if (!later) throw error;
  return Promise.resolve(effect).then(() => {
    throw error;
  });
}

/** An asynchronous call rejects, a synchronous one throws. */
const asynchronous: ReadonlySet<keyof FileSystem> = new Set([
  "create",
  "append",
  "datasync",
  "sync",
  "link",
  "rename",
  "unlink",
  "makeDirectory",
] as const);
