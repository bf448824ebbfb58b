import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Manifest } from "./manifest.ts";

/** The folder of the whole workspace. */
export const workspaceRoot: string = fileURLToPath(new URL("../../../", import.meta.url));

/** Where packages live. */
const HOMES = ["packages", "apps", "tools", "examples"];
const BUILT = new Set(["node_modules", "dist", "coverage", "__snapshots__", "generated"]);

export interface WorkspacePackage {
  readonly directory: string;
  readonly manifest: Manifest;
}

/** The packages that are published, in the order of their folders. */
export function publicPackages(): WorkspacePackage[] {
  return workspacePackages().filter(({ manifest }) => manifest.private !== true);
}

/** All packages of this workspace. */
export function workspacePackages(): WorkspacePackage[] {
  return HOMES.flatMap((home) => children(join(workspaceRoot, home)))
    .concat(join(workspaceRoot, "bench"))
    .filter((directory) => existsSync(join(directory, "package.json")))
    .map((directory) => ({
      directory,
      manifest: JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as Manifest,
    }));
}

/** Paths, from the root, of every file written by hand below the packages, the tools and the benchmarks. */
export function handWrittenFiles(): string[] {
  return [...HOMES, "bench"].flatMap((home) => walk(home)).filter((path) => /\.(?:ts|js|mjs|cjs)$/.test(path));
}

function walk(path: string): string[] {
  const directory = join(workspaceRoot, path);
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith(".") || BUILT.has(entry.name)) return [];
    if (entry.isDirectory()) return walk(join(path, entry.name));
    return entry.isFile() ? [join(path, entry.name)] : [];
  });
}

function children(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory).map((name) => join(directory, name)) : [];
}
