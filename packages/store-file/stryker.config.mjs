import { strykerConfig } from "@tenure/package-checks/stryker";

export default strykerConfig({ mutate: ["src/floor.ts", "src/lease-file.ts"] });
