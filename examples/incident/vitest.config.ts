import { vitestConfig } from "@tenure/package-checks/vitest";

// One test, in which two systems live side by side for half a minute.
export default vitestConfig({ testTimeout: 180_000 });
