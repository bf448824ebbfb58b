import { defineConfig } from "vitest/config";

// For the inner loop at the root, over all packages at once; each package also has a configuration of its own.
export default defineConfig({ test: { projects: ["packages/*", "apps/*", "tools/*", "examples/*"] } });
