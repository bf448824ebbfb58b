import { vitestConfig } from "@tenure/package-checks/vitest";

// Each visit takes a core and some hundred megabytes.
export default vitestConfig({ maxWorkers: 2, testTimeout: 600_000 });
