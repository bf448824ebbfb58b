import { vitestConfig } from "@tenure/package-checks/vitest";

const thresholds = { branches: 100, lines: 99 };

export default vitestConfig({
  coverage: { provider: "v8", include: ["src/**"], reporter: ["text"], thresholds },
});
