import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { runNode } from "./child.ts";
import { entryPoints, type Manifest } from "./manifest.ts";
import { brokenLinks, firstExample, matchOutput } from "./readme.ts";

/** Declares the tests every package passes; `packageUrl` is its folder. An example that cannot run here says why. */
export function describePackage(
  packageUrl: string | URL,
  { exampleSkipped = null }: { readonly exampleSkipped?: string | null } = {},
): void {
  const directory = fileURLToPath(new URL("./", packageUrl));
  const manifest = JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as Manifest;
  const entries = entryPoints(manifest);

  describe(manifest.name, () => {
    test("has a README whose links lead somewhere", () => {
      const readme = readReadme(directory);
      expect(readme).toMatch(/^# /);
      expect(brokenLinks(readme, (link) => existsSync(join(directory, link)))).toEqual([]);
    });

    test("exports what it exported", async () => {
      const exported: Record<string, string[]> = {};
      for (const { specifier, source } of entries) {
        const module = (await import(pathToFileURL(join(directory, source)).href)) as Record<string, unknown>;
        exported[specifier] = Object.keys(module).toSorted();
      }
      expect(exported).toMatchSnapshot();
    });

    if (entries.length > 0) {
      test("runs the first example of its README as shown", async (context) => {
        context.skip(exampleSkipped !== null, exampleSkipped ?? "");
        const example = firstExample(readReadme(directory));
        for (const { built } of entries) {
          if (!existsSync(join(directory, built))) throw new Error(`${built} is missing: run \`npm run build\` first`);
        }
        // Inside the package its own name resolves as it does for a user.
        const script = join(directory, ".vitest/readme-example.mjs");
        await mkdir(dirname(script), { recursive: true });
        await writeFile(script, example.code);
        const workingDirectory = await mkdtemp(join(tmpdir(), "tenure-readme-"));
        onTestFinished(() => rm(workingDirectory, { recursive: true, force: true }));
        const { output } = await runNode(process.execPath, [script], workingDirectory);
        expect(matchOutput(example.output, output)).toBe(true);
      });
    }
  });
}

function readReadme(directory: string): string {
  return readFileSync(join(directory, "README.md"), "utf8");
}
