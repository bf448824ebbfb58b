import { vitestConfig } from "@tenure/package-checks/vitest";

// Those that run the store in their own process, and are soon over: each is run again for each small change that it reaches.
const include = [
  "floor",
  "floor-alone",
  "lease-file",
  "damage",
  "issuing",
  "given-up",
  "store",
  "left-half-way",
  "journal",
];

export default vitestConfig({ include: include.map((name) => `test/${name}.test.ts`), reporters: [] });
