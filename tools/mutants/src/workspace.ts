import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root: string = fileURLToPath(new URL("../../..", import.meta.url));

/** The packages that run in the simulator: each as the folder that Node would load it from. */
export const packages: readonly string[] = [
  import.meta.resolve("@tenure/core/package.json"),
  import.meta.resolve("@tenure/heartbeat/package.json"),
  import.meta.resolve("@tenure/history/package.json"),
  import.meta.resolve("@tenure/host/package.json"),
  import.meta.resolve("@tenure/schema/package.json"),
  import.meta.resolve("@tenure/simulator/package.json"),
  import.meta.resolve("@tenure/store-file/package.json"),
  import.meta.resolve("@tenure/watchdog/package.json"),
].map((manifest) => fileURLToPath(new URL(".", manifest)));

/** What was built from a source file, below its package. */
export function builtPath(source: string): string {
  return source.replace("/src/", "/dist/").replace(/\.ts$/u, ".js");
}

export function readText(...parts: string[]): string {
  return readFileSync(join(root, ...parts), "utf8");
}
