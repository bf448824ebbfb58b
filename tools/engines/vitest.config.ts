import { vitestConfig } from "@tenure/package-checks/vitest";

// It waits for disks, and for leases to run out.
export default vitestConfig({ testTimeout: 120_000 });
