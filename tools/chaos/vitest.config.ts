import { vitestConfig } from "@tenure/package-checks/vitest";

// One world at a time; a run is bounded by its own time.
export default vitestConfig({ maxWorkers: 1, testTimeout: 240_000, hookTimeout: 60_000 });
