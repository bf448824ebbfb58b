import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { InvariantId } from "@tenure/history";
import type { Hunted } from "./hunt.ts";
import { mutants } from "./mutants/index.ts";
import { tableOf } from "./table.ts";
import { root } from "./workspace.ts";

/** The seed that kills a mutant, by the mutant's name. */
export type KillingSeeds = Readonly<
  Record<string, { readonly seed: number; readonly invariant: InvariantId; readonly schedules: number }>
>;

const path = fileURLToPath(new URL("../src/killing-seeds.json", import.meta.url));

export function killingSeeds(): KillingSeeds {
  return JSON.parse(readFileSync(path, "utf8")) as KillingSeeds;
}

/** Writes down what was found; what is known of mutants that were not hunted stays. */
export function record(results: readonly Hunted[]): void {
  const known: Record<string, KillingSeeds[string]> = { ...killingSeeds() };
  for (const { mutant, kill } of results)
    if (kill !== null) known[mutant.name] = { seed: kill.seed, invariant: kill.invariant, schedules: kill.schedules };
  const kept = mutants.flatMap(({ name }) => (known[name] === undefined ? [] : [[name, known[name]] as const]));
  const seeds: KillingSeeds = Object.fromEntries(kept);
  writeFileSync(path, `${JSON.stringify(seeds, null, 2)}\n`);
  writeFileSync(join(root, "docs/mutants.md"), tableOf(seeds));
}
