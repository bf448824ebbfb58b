import { vitestConfig } from "@tenure/package-checks/vitest";

// One history at a time, with processes and a server of its own.
export default vitestConfig({ maxWorkers: 1, testTimeout: 180_000, hookTimeout: 60_000 });
