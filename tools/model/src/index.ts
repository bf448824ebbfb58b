// Visits every state of the model, here and with Spin, and compares: `npm run model -- [SIZE] [--mutant NAME] [--no-spin]`.
import { parseArgs } from "node:util";
import { sizes, type Size } from "./bounds.ts";
import { explore } from "./explore.ts";
import { mutants } from "./mutants.ts";
import { lacks, runSpin } from "./spin.ts";

const USAGE = `usage: npm run model -- [${Object.keys(sizes).join(" | ")}] [--mutant NAME] [--no-spin]`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { mutant: { type: "string" }, "no-spin": { type: "boolean", default: false } },
});
const [size = "full"] = positionals;
const mutant = mutants.find(({ name }) => name === values.mutant);
if (!isSize(size) || (values.mutant !== undefined && mutant === undefined)) {
  console.error(`${USAGE}\nmutants: ${mutants.map(({ name }) => name).join(", ")}`);
  process.exit(64);
}

const bounds = { ...sizes[size], ...mutant?.bounds };
const seconds = timer();
const { states, steps, depth, counterexample } = explore(bounds, mutant?.rules);
console.log(`here: ${states} states, ${steps} steps, depth ${depth}, ${seconds()} s`);
if (counterexample === null) console.log("no promise was broken in any of them");
else for (const line of counterexample.lines) console.log(`  ${line}`);
if (counterexample !== null) process.exitCode = 1;
if (!values["no-spin"]) await compare();

async function compare(): Promise<void> {
  const missing = lacks();
  if (missing !== null) return console.log(`not compared with Spin: ${missing}`);
  const seconds = timer();
  const spin = await runSpin(bounds, mutant?.name);
  console.log(`Spin: ${spin.states} states, ${spin.steps} steps, ${seconds()} s`);
  if (spin.violated !== null) console.log(`Spin rejects it as well: ${spin.violated.trim()}`);
  // Where a promise breaks each stops at the first it comes to, so that only the verdicts compare.
  const agree =
    counterexample === null
      ? spin.violated === null && spin.states === states && spin.steps === steps
      : spin.violated !== null;
  console.log(agree ? "they agree" : "THEY DISAGREE");
  if (!agree) process.exitCode = 2;
}

function isSize(name: string): name is Size {
  return Object.hasOwn(sizes, name);
}

function timer(): () => string {
  const began = performance.now();
  return () => ((performance.now() - began) / 1_000).toFixed(1);
}
