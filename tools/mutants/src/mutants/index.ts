import type { Mutant } from "../mutant.ts";
import { holding } from "./holding.ts";
import { storing } from "./storing.ts";
import { taking } from "./taking.ts";
import { watching } from "./watching.ts";

export { byUnitTests } from "./by-unit-tests.ts";
export { equivalents } from "./equivalents.ts";

export const mutants: readonly Mutant[] = [...taking, ...holding, ...storing, ...watching];
