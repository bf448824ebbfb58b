import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { workspaceRoot } from "./workspace.ts";

/** What a document says of this tree and is not so, as `path: message`. */
export function untrue(path: string): string[] {
  const text = readFileSync(join(workspaceRoot, path), "utf8");
  return [...missingTests(text), ...missingMutants(text), ...brokenLinks(path, text)].map(
    (message) => `${path}: ${message}`,
  );
}

/** A test is named as `file › title`. */
function missingTests(text: string): string[] {
  return Array.from(text.matchAll(/`([^`\n]+\.test\.ts) › ([^`\n]+)`/g), ([, file = "", title = ""]) => {
    if (!exists(file)) return [`there is no ${file}`];
    return readFileSync(join(workspaceRoot, file), "utf8").includes(title) ? [] : [`${file} has no test "${title}"`];
  }).flat();
}

/** A line of mutants names rows of docs/mutants.md. */
function missingMutants(text: string): string[] {
  const known = readFileSync(join(workspaceRoot, "docs/mutants.md"), "utf8");
  return Array.from(text.matchAll(/\*\*Mutants:\*\*((?:\s*`[a-z0-9-]+`[,.])+)/g), ([, names = ""]) => names)
    .flatMap((names) => Array.from(names.matchAll(/`([^`]+)`/g), ([, name = ""]) => name))
    .filter((name) => !known.includes(`| ${name} `))
    .map((name) => `there is no mutant ${name}`);
}

function brokenLinks(path: string, text: string): string[] {
  return Array.from(text.matchAll(/\]\(([^)\s]+)\)/g), ([, target = ""]) => target.replace(/#.*/, ""))
    .filter((target) => target !== "" && !/^[a-z]+:/.test(target) && !exists(join(dirname(path), target)))
    .map((target) => `links to ${target}, which is not there`);
}

function exists(path: string): boolean {
  return existsSync(join(workspaceRoot, path));
}
