import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** Every module that loading `entry` loads; type-only imports are gone by then. */
function loadedBy(entry: URL, seen = new Set<string>()): Set<string> {
  if (seen.has(entry.href)) return seen;
  seen.add(entry.href);
  const statements = readFileSync(entry, "utf8").matchAll(/^(?:import|export) (?!type )[^;]*?from "([^"]+)";/gmu);
  for (const [, specifier = ""] of statements) {
    if (specifier.startsWith(".")) loadedBy(new URL(specifier, entry), seen);
    else seen.add(specifier);
  }
  return seen;
}

test("@tenure/schema/light loads no zod, and nothing else from outside either", () => {
  const light = loadedBy(new URL("../src/light.ts", import.meta.url));
  expect(light.size).toBeGreaterThan(8);
  expect([...light].filter((module) => !module.startsWith("file:"))).toEqual([]);
});

test("the walk would find zod", () => {
  expect(loadedBy(new URL("../src/index.ts", import.meta.url))).toContain("zod");
});
