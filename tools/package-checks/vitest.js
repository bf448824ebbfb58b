// Plain JavaScript: vitest reads its configuration with Node itself, before anything is built.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { TallyReporter } from "./reporter.js";

const expectations = fileURLToPath(new URL("expect.js", import.meta.url));

// Tests read the sources of every package of this workspace, never a build that may be old.
const conditions = ["@tenure/source", "module", "node", "development|production"];

export function vitestConfig(test = {}) {
  return defineConfig({
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    oxc: { target: "es2023" },
    test: {
      include: ["test/**/*.test.ts"],
      setupFiles: [expectations],
      environment: "node",
      pool: "forks",
      // Most of a test is waiting for processes and servers, so there is room for two at once on two cores.
      maxWorkers: 2,
      retry: 0,
      testTimeout: 30_000,
      hookTimeout: 30_000,
      // What is waited for comes at once on a quiet machine; on a busy one a second is not long.
      expect: { poll: { timeout: 20_000 } },
      reporters: ["default", new TallyReporter(".vitest/report.json")],
      ...test,
    },
  });
}
