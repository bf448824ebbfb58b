import { vitestConfig } from "@tenure/package-checks/vitest";

const include = ["src/protocol/**", "src/client/**"];
const thresholds = { branches: 100, lines: 99, "src/protocol/**": { 100: true } };

export default vitestConfig({
  isolate: false,
  coverage: { provider: "v8", include, reporter: ["text"], thresholds },
});
