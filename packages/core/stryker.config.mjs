import { strykerConfig } from "@tenure/package-checks/stryker";

export default strykerConfig({ mutate: ["src/protocol/**/*.ts"], thresholds: { high: 95, low: 90, break: 90 } });
