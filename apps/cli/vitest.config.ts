import { vitestConfig } from "@tenure/package-checks/vitest";

// Most of a test is waiting for processes; three at once would find no more to do for two cores.
export default vitestConfig({ maxWorkers: 2 });
