import { vitestConfig } from "@tenure/package-checks/vitest";

// Each visit takes a core and some hundred megabytes, and twice as long where vitest loads the model: the build is left to Node.
export default vitestConfig({ testTimeout: 600_000, server: { deps: { external: [/\/dist\//u] } } });
