import type { Contender, OpenContender, OpenWorkload, Workload } from "./contender.ts";

// Loaded only where used, so that no side pays for another.
const contenders: Readonly<Record<string, () => Promise<OpenContender>>> = {
  tenure: async () => (await import("./sides/tenure.ts")).openTenure,
  "proper-lockfile": async () => (await import("./sides/proper-lockfile.ts")).openProperLockfile,
  "directory-watch": async () => (await import("./sides/directory-watch.ts")).openDirectoryWatch,
};

const workloads: Readonly<Record<string, () => Promise<OpenWorkload>>> = {
  "tenure-transition": async () => (await import("./sides/tenure-store.ts")).openTransitions,
  "tenure-term": async () => (await import("./sides/tenure.ts")).openTerms,
  "tenure-renewal": async () => (await import("./sides/tenure.ts")).openRenewals,
  "locked-rewrite": async () => (await import("./sides/proper-lockfile.ts")).openLockedRewrite,
  "bare-append": async () => (await import("./sides/bare-append.ts")).openBareAppend,
  rewrite: async () => (await import("./sides/proper-lockfile.ts")).openRewrite,
};

export async function openContender(side: string, directory: string): Promise<Contender> {
  return await (
    await known(contenders, side)
  )(directory);
}

export async function openWorkload(name: string, directory: string): Promise<Workload> {
  return await (
    await known(workloads, name)
  )(directory);
}

function known<T>(table: Readonly<Record<string, () => Promise<T>>>, name: string): Promise<T> {
  const load = table[name];
  if (load === undefined) throw new Error(`unknown side "${name}"`);
  return load();
}
