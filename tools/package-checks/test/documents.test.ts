import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { untrue } from "../src/documents.ts";
import { workspacePackages, workspaceRoot } from "../src/workspace.ts";

const documents = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync(join(workspaceRoot, "docs")).map((file) => `docs/${file}`),
  ...workspacePackages()
    .filter(({ manifest }) => manifest.private !== true)
    .map(({ directory }) => join(directory.slice(workspaceRoot.length), "README.md")),
].filter((path) => path.endsWith(".md"));

test.each(documents)("%s names tests and files that are there", (path) => {
  expect(untrue(path)).toEqual([]);
});
