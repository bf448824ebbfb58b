// Where the packages of this workspace are, as pnpm-workspace.yaml says.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Absolute folders of all packages, sorted by path. */
export function packageDirectories(root) {
  const workspace = readFileSync(join(root, "pnpm-workspace.yaml"), "utf8");
  const patterns = [
    ...workspace
      .split(/^(?=\S)/m)
      .find((block) => block.startsWith("packages:"))
      .matchAll(/^ {2}- (.+)$/gm),
  ].map((match) => match[1]);
  return patterns
    .flatMap((pattern) => (pattern.endsWith("/*") ? children(join(root, pattern.slice(0, -2))) : [join(root, pattern)]))
    .filter((directory) => existsSync(join(directory, "package.json")))
    .toSorted();
}

function children(directory) {
  return existsSync(directory) ? readdirSync(directory).map((name) => join(directory, name)) : [];
}
