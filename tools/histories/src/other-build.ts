import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const packagesFolder = fileURLToPath(new URL("../../../packages", import.meta.url));

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
}

/**
 * A copy of the built packages that says it is of another schema version: what lies in `root` takes them for its own. What they
 * depend on besides is the same as in this workspace.
 */
export function makeOtherBuild(root: string, version: `${number}.${number}`, packages: readonly string[]): void {
  const modules = join(root, "node_modules");
  const others = new Map<string, string>();
  for (const name of packages) {
    const folder = join(packagesFolder, name);
    for (const part of ["package.json", "dist"])
      cpSync(join(folder, part), join(modules, "@tenure", name, part), { recursive: true });
    const { dependencies = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
    for (const other of Object.keys(dependencies))
      if (!other.startsWith("@tenure/")) others.set(other, join(folder, "node_modules", other));
  }
  for (const [name, path] of others) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(path, join(modules, name));
  }
  const [major = ""] = version.split(".");
  const schema = join(modules, "@tenure/schema/dist");
  replace(join(schema, "vocabulary.js"), /SCHEMA_VERSION = "1\.0"/u, `SCHEMA_VERSION = "${version}"`);
  replace(join(schema, "generated/record.js"), /\^1(?=\\+\.)/u, `^${major}`);
}

function replace(path: string, what: RegExp, by: string): void {
  const text = readFileSync(path, "utf8");
  if (!what.test(text)) throw new Error(`${path} does not say ${what} any more`);
  writeFileSync(
    path,
    text.replace(what, () => by),
  );
}
