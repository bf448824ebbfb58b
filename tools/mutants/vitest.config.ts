import { vitestConfig } from "@tenure/package-checks/vitest";

// Two at a time: each is a process that computes, or another vitest.
export default vitestConfig({ maxWorkers: 1, maxConcurrency: 2, testTimeout: 240_000, hookTimeout: 60_000 });
