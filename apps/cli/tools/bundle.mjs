// Makes dist/tenure.cjs: one small file that starts fast, and the rest of the command in chunks that are loaded when needed.
import { chmodSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("..", import.meta.url));
rmSync(`${root}dist`, { recursive: true, force: true });

const bundle = await rolldown({
  cwd: root,
  // The entry is CommonJS, which Node starts several milliseconds faster than a module.
  input: { tenure: "src/main.ts" },
  platform: "node",
  // From the sources: their dead code can be told and left out.
  resolve: { conditionNames: ["@tenure/source", "import", "node", "default"] },
  transform: { target: "node20.19" },
  onLog(level, log) {
    if (level === "warn") throw new Error(`the bundle is not clean: ${log.message}`);
  },
});
await bundle.write({
  dir: "dist",
  format: "cjs",
  banner: (chunk) => (chunk.isEntry ? "#!/usr/bin/env node" : ""),
  entryFileNames: "[name].cjs",
  chunkFileNames: "[name]-[hash].cjs",
  minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
  keepNames: true,
  sourcemap: false,
});
await bundle.close();
chmodSync(`${root}dist/tenure.cjs`, 0o755);
