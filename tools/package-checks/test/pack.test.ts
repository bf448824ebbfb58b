import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run, runNode } from "../src/child.ts";
import { entryPoints, type Manifest } from "../src/manifest.ts";
import { nodeReleases } from "../src/nodes.ts";
import { firstExample, matchOutput } from "../src/readme.ts";
import { publicPackages, workspaceRoot } from "../src/workspace.ts";

// Packs every public package, installs the tarballs with npm in an empty folder, and uses them there as a stranger would.

const packages = publicPackages();
const modules = packages.flatMap(({ manifest }) => entryPoints(manifest).map(({ specifier }) => specifier));
const withModules = packages.filter(({ manifest }) => entryPoints(manifest).length > 0);
const commands = packages.flatMap(({ manifest }) => Object.keys(manifest.bin ?? {}));
const nodes = nodeReleases.map((node) => [node.title, node] as const);

/** Runs what follows the name of an engine beside a server of its own. */
const withServer = join(workspaceRoot, "tools/engines/dist/with.js");
/** By the variable of the environment that an example reads. */
const engines: Readonly<Record<string, string>> = {
  DATABASE_URL: "postgres",
  ETCD_URL: "etcd",
  REDIS_URL: "redis",
  NATS_URL: "nats",
};
/** Ends with this where none is installed; where one must be, as in CI, its tests fail. */
const UNAVAILABLE = 69;

/** Of those who resolve types as CommonJS does: the packages are ES modules, which `require` takes from Node 20.19 on. */
const NOT_SERVED = new Set(["node10", "node16-cjs"]);

let folder: string;
/** By the name of the package. */
const tarballs = new Map<string, string>();
const installed = (name: string): string => join(folder, "node_modules", name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenure-pack-"));
  const packed = join(folder, "tarballs");
  await mkdir(packed);
  for (const { directory } of packages) await run("pnpm", ["pack", "--pack-destination", packed], { cwd: directory });
  for (const file of await readdir(packed)) tarballs.set(nameOf(file), join(packed, file));
  const dependencies = Object.fromEntries([...tarballs].map(([name, path]) => [name, `file:${path}`]));
  // Overridden by themselves, the packages find each other's tarballs, and npm asks no registry for them.
  const overrides = Object.fromEntries(Object.keys(dependencies).map((name) => [name, `$${name}`]));
  const stranger = { name: "stranger", private: true, type: "module", dependencies, overrides };
  await writeFile(join(folder, "package.json"), JSON.stringify(stranger));
  const quiet = ["--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"];
  await run("npm", ["install", ...quiet], { cwd: folder, env: { npm_config_workspaces: undefined } });
}, 120_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** pnpm names the tarball of `@tenure/store-file` 0.1.0 `tenure-store-file-0.1.0.tgz`. */
function nameOf(tarball: string): string {
  const found = packages.find(
    ({ manifest }) => tarball === `${manifest.name.slice(1).replace("/", "-")}-${manifest.version}.tgz`,
  );
  if (found === undefined) throw new Error(`${tarball} belongs to no package`);
  return found.manifest.name;
}

describe("a packed package", () => {
  test.each(packages.map(({ manifest }) => [manifest.name, manifest] as const))(
    "%s is complete and clean",
    async (name, manifest) => {
      const packed = JSON.parse(readFileSync(join(installed(name), "package.json"), "utf8")) as Manifest;
      expect(
        Object.values(packed.dependencies ?? {}).filter((range) => /^(?:workspace|catalog|file|link):/.test(range)),
      ).toEqual([]);
      for (const file of [
        "LICENSE",
        "README.md",
        ...entryPoints(manifest).flatMap(({ source, built }) => [source, built]),
      ]) {
        expect(existsSync(join(installed(name), file)), file).toBe(true);
      }
      const files = await readdir(installed(name), { recursive: true });
      expect(
        files.filter((file) => /\.tsbuildinfo$|\.test\.|^test\b|^\.|tsconfig|turbo\.json/.test(basename(file))),
      ).toEqual([]);
    },
  );

  test.each(packages.map(({ manifest }) => manifest.name))(
    "%s says of its modules and types what is so",
    async (name) => {
      const { messages, pkg } = await publint({ pkgDir: installed(name), pack: false });
      expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
      const found = await checkPackage(createPackageFromTarballData(readFileSync(tarballs.get(name) ?? "")));
      const problems = found.types === false ? [] : found.problems;
      expect(
        problems.filter((problem) => !("resolutionKind" in problem && NOT_SERVED.has(problem.resolutionKind))),
      ).toEqual([]);
    },
  );

  test("needs nothing else of this workspace", async () => {
    const scope = await readdir(join(folder, "node_modules/@tenure"));
    expect(scope.map((name) => `@tenure/${name}`).toSorted()).toEqual(
      packages.map(({ manifest }) => manifest.name).toSorted(),
    );
  });
});

test("a strict TypeScript project is served, and what it compiles to runs on every Node", async () => {
  const project = join(folder, "typescript");
  const imports = modules.map((name, index) => `import * as m${index} from "${name}";`);
  const names = `const all: readonly object[] = [${modules.map((_, index) => `m${index}`).join(", ")}];`;
  await mkdir(project);
  await writeFile(join(project, "main.ts"), [...imports, names, "console.log(all.length);"].join("\n"));
  const compilerOptions = {
    target: "es2023",
    lib: ["es2023", "esnext.disposable"],
    module: "nodenext",
    types: ["node"],
    typeRoots: [join(workspaceRoot, "node_modules/@types")],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    verbatimModuleSyntax: true,
    skipLibCheck: false,
  };
  await writeFile(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["main.ts"] }));
  await run("tsc", ["-p", project], { cwd: project });
  for (const node of nodeReleases.filter(({ present }) => present)) {
    const scripts = node.stripsTypes ? ["main.js", "main.ts"] : ["main.js"];
    for (const script of scripts) {
      const { output } = await runNode(node.path, [join(project, script)], project);
      expect(output, `${script} on ${node.title}`).toBe(`${modules.length}\n`);
    }
  }
});

/** Found out once: it takes a start of the server. */
const servers = new Map<string, boolean>();

function hasServer(engine: string): boolean {
  const known = servers.get(engine);
  if (known !== undefined) return known;
  const found = spawnSync(process.execPath, [withServer, engine, process.execPath, "--version"]).status !== UNAVAILABLE;
  servers.set(engine, found);
  return found;
}

describe.each(nodes)("on %s", (title, node) => {
  test("every entry point loads as plain JavaScript", async ({ skip }) => {
    skip(!node.present, `needs ${title} for this platform`);
    const script = join(folder, `load-${title.replace(" ", "-")}.js`);
    const lines = modules.map(
      (name, index) =>
        `import * as m${index} from "${name}"; console.log("${name}", Object.keys(m${index}).length > 0);`,
    );
    await writeFile(script, lines.join("\n"));
    const { output } = await runNode(node.path, [script], folder);
    expect(output.trim().split("\n")).toEqual(modules.map((name) => `${name} true`));
  });

  test.for(withModules.map(({ manifest }) => manifest.name))("the example of %s runs", async (name, { skip }) => {
    skip(!node.present, `needs ${title} for this platform`);
    const example = firstExample(readFileSync(join(installed(name), "README.md"), "utf8"));
    const engine = engines[/process\.env\.(?<variable>\w+_URL)/u.exec(example.code)?.groups?.["variable"] ?? ""];
    skip(engine !== undefined && !hasServer(engine), `needs a server of ${engine}`);
    const directory = await mkdtemp(join(folder, "example-"));
    const script = join(directory, "example.js");
    await writeFile(script, example.code);
    const command = engine === undefined ? [node.path] : [process.execPath, withServer, engine, node.path];
    const { output } = await runNode(command[0] ?? "", [...command.slice(1), script], directory);
    expect(matchOutput(example.output, output)).toBe(true);
  });

  test.for(commands)("the command %s answers", async (command, { skip }) => {
    skip(!node.present, `needs ${title} for this platform`);
    const { output } = await runNode(node.path, [join(folder, "node_modules/.bin", command), "--version"], folder);
    expect(output).toMatch(/^\d+\.\d+\.\d+/);
  });
});
