// Makes dist/tenure.cjs, the file that starts fast: all that the quick verbs need, in one CommonJS file, since Node resolves and
// reads each further file in about a millisecond and starts a module several milliseconds later. Everything else is
// dist/program.cjs and its chunks, which is only loaded when needed and shares nothing with it.
import { chmodSync, readdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("..", import.meta.url));
const written = [
  ...(await bundle({ program: "src/perform.ts" }, { chunkFileNames: "[name]-[hash].cjs" })),
  ...(await bundle({ tenure: "src/main.ts" }, { codeSplitting: false, banner: "#!/usr/bin/env node", minify: true })),
];
chmodSync(`${root}dist/tenure.cjs`, 0o755);
// Only now, so that a command that is running meanwhile still finds its chunks.
for (const file of readdirSync(`${root}dist`))
  if (!written.includes(file)) rmSync(`${root}dist/${file}`, { recursive: true, force: true });

async function bundle(input, output) {
  const build = await rolldown({
    cwd: root,
    input,
    platform: "node",
    // Installed by whoever uses that engine.
    external: /^@tenure\/store-(?!file)/u,
    // From the sources: what is not used of them is left out.
    resolve: { conditionNames: ["@tenure/source", "import", "node", "default"] },
    transform: { target: "node20.19" },
    plugins: [
      {
        name: "the whole program is a bundle of its own",
        resolveId: (id) => (id === "./perform.ts" ? { id: "./program.cjs", external: "absolute" } : null),
      },
    ],
    onLog(level, log) {
      if (level === "warn") throw new Error(`the bundle is not clean: ${log.message}`);
    },
  });
  const { output: files } = await build.write({
    dir: "dist",
    format: "cjs",
    entryFileNames: "[name].cjs",
    dynamicImportInCjs: false,
    // Names stay: a fault of ours is reported with its stack.
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
    ...output,
  });
  await build.close();
  return files.map(({ fileName }) => fileName);
}
