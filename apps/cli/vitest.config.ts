import { vitestConfig } from "@tenure/package-checks/vitest";

// A command is a process that is waited for, so there is room for three at once on two cores.
export default vitestConfig({ maxWorkers: 3 });
