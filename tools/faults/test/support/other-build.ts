import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "./place.ts";

const workspace = fileURLToPath(new URL("../../../../", import.meta.url));
const packages = ["schema", "core", "host", "store-file", "heartbeat"];

/** A copy of the built packages that says it is of another schema version. Answers with its member to start. */
export function otherBuild(version: `${number}.${number}`): string {
  const root = temporaryFolder();
  const modules = join(root, "node_modules");
  for (const name of packages) {
    for (const part of ["package.json", "dist"])
      cpSync(join(workspace, "packages", name, part), join(modules, "@tenure", name, part), { recursive: true });
  }
  symlinkSync(
    join(workspace, "packages/store-file/node_modules/write-file-atomic"),
    join(modules, "write-file-atomic"),
  );
  const [major = ""] = version.split(".");
  const schema = join(modules, "@tenure/schema/dist");
  replace(join(schema, "vocabulary.js"), /SCHEMA_VERSION = "1\.0"/u, `SCHEMA_VERSION = "${version}"`);
  replace(join(schema, "generated/record.js"), /\^1(?=\\+\.)/u, `^${major}`);
  const children = join(root, "children");
  mkdirSync(children);
  cpSync(fileURLToPath(new URL("../children", import.meta.url)), children, { recursive: true });
  return join(children, "member.mjs");
}

function replace(path: string, what: RegExp, by: string): void {
  const text = readFileSync(path, "utf8");
  if (!what.test(text)) throw new Error(`${path} does not say ${what} any more`);
  writeFileSync(
    path,
    text.replace(what, () => by),
  );
}
