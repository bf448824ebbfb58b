import { vitestConfig } from "@tenure/package-checks/vitest";

// Those that ask the decisions themselves, or soon come to them; whole schedules would be run for each small change.
const include = ["protocol-acquire", "protocol-term", "decisions", "pause"];

export default vitestConfig({ include: include.map((name) => `test/${name}.test.ts`), isolate: false, reporters: [] });
