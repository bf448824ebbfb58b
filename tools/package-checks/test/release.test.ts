import { readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { run } from "../src/child.ts";
import type { Manifest } from "../src/manifest.ts";
import { publicPackages, workspacePackages, workspaceRoot } from "../src/workspace.ts";

// Rehearses a release in a copy of this workspace: one changeset, the versions it leads to, and a publication that sends nothing.

test("a minor change of core raises core, its dependants, and nobody else", async () => {
  const copy = await copyOfWorkspace();
  const before = versions(copy);
  await writeFile(join(copy, ".changeset/rehearsal.md"), '---\n"@tenure/core": minor\n---\n\nLeads better.\n');
  await run("git", ["add", "-A"], { cwd: copy });
  await run("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "change"], { cwd: copy });
  await run("changeset", ["version"], { cwd: copy });

  const after = versions(copy);
  const raised = Object.keys(after).filter((name) => after[name] !== before[name]);
  expect(raised.toSorted()).toEqual(["@tenure/core", ...dependantsOf("@tenure/core")].toSorted());
  expect(after["@tenure/core"]).toBe(nextMinor(before["@tenure/core"]));
  for (const { directory, manifest } of publicPackages()) {
    if (!dependantsOf("@tenure/core").includes(manifest.name)) continue;
    const changelog = readFileSync(join(copy, relative(workspaceRoot, directory), "CHANGELOG.md"), "utf8");
    expect(changelog).toContain(`@tenure/core@${after["@tenure/core"]}`);
  }
  expect(await readdir(join(copy, ".changeset"))).not.toContain("rehearsal.md");

  const registry = await silentRegistry();
  const { output, errorOutput } = await run(
    "pnpm",
    ["-r", "publish", "--dry-run", "--no-git-checks", "--access", "public", `--registry=${registry.url}`],
    { cwd: copy },
  );
  for (const [name, version] of Object.entries(after)) expect(output + errorOutput).toContain(`${name}@${version}`);
  expect(registry.writes).toEqual([]);
}, 120_000);

async function copyOfWorkspace(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), "tenure-release-"));
  onTestFinished(() => rm(copy, { recursive: true, force: true }));
  for (const file of ["package.json", "pnpm-workspace.yaml", "pnpm-lock.yaml", ".gitignore", ".changeset"]) {
    await cp(join(workspaceRoot, file), join(copy, file), { recursive: true });
  }
  // Changesets of the day would blur the picture.
  for (const file of await readdir(join(copy, ".changeset"))) {
    if (file.endsWith(".md")) await rm(join(copy, ".changeset", file));
  }
  for (const { directory, manifest } of workspacePackages()) {
    const target = join(copy, relative(workspaceRoot, directory));
    await mkdir(target, { recursive: true });
    await cp(join(directory, "package.json"), join(target, "package.json"));
    await link(copy, target, { ...manifest.dependencies, ...manifest.devDependencies });
  }
  await run("git", ["init", "-q", "-b", "main"], { cwd: copy });
  return copy;
}

/** Publishing turns `workspace:^` into ranges, and reads the versions from what is linked. */
async function link(copy: string, target: string, dependencies: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(join(target, "node_modules/@tenure"), { recursive: true });
  for (const { directory, manifest } of workspacePackages()) {
    if (dependencies[manifest.name] === undefined) continue;
    await symlink(join(copy, relative(workspaceRoot, directory)), join(target, "node_modules", manifest.name));
  }
}

function versions(root: string): Record<string, string> {
  return Object.fromEntries(
    publicPackages().map(({ directory }) => {
      const manifest = JSON.parse(
        readFileSync(join(root, relative(workspaceRoot, directory), "package.json"), "utf8"),
      ) as Manifest;
      return [manifest.name, manifest.version];
    }),
  );
}

/** Every package that depends on `name`, also by way of another. */
function dependantsOf(name: string): string[] {
  const direct = publicPackages().filter(({ manifest }) => manifest.dependencies?.[name] !== undefined);
  return [...new Set(direct.flatMap(({ manifest }) => [manifest.name, ...dependantsOf(manifest.name)]))];
}

function nextMinor(version = ""): string {
  const [major, minor] = version.split(".").map(Number);
  return `${major}.${(minor ?? 0) + 1}.0`;
}

/** A registry that knows no package, and remembers what was written to it. */
async function silentRegistry(): Promise<{ readonly url: string; readonly writes: string[] }> {
  const writes: string[] = [];
  const server = createServer((request, response) => {
    if (request.method !== "GET" && request.method !== "HEAD") writes.push(`${request.method} ${request.url}`);
    response.writeHead(404, { "content-type": "application/json" }).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, writes };
}
