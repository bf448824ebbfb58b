import { vitestConfig } from "@tenure/package-checks/vitest";

// Mostly waiting: for leases to run out, for disks to thaw.
export default vitestConfig({ maxWorkers: 3, testTimeout: 60_000 });
