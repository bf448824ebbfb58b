import { vitestConfig } from "@tenure/package-checks/vitest";

export default vitestConfig({
  coverage: { provider: "v8", include: ["src/protocol/**"], reporter: ["text"], thresholds: { 100: true } },
});
