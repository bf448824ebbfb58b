import { vitestConfig } from "@tenure/package-checks/vitest";

// Most of a test is waiting for processes, so there is room for two at once on two cores.
export default vitestConfig({ maxWorkers: 2 });
