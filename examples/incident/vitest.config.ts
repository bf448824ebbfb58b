import { vitestConfig } from "@tenure/package-checks/vitest";

// Whole systems live side by side for half a minute: one file at a time, since they are measured.
export default vitestConfig({ testTimeout: 180_000, fileParallelism: false });
