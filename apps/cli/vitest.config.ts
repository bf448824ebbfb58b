import { vitestConfig } from "@tenure/package-checks/vitest";

export default vitestConfig();
