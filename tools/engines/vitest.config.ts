import { vitestConfig } from "@tenure/package-checks/vitest";

// Mostly waiting: for disks, and for leases to run out.
export default vitestConfig({ maxWorkers: 2, testTimeout: 120_000 });
