import process, { argv, stdin, stdout } from "node:process";
import { createInterface } from "node:readline";
import type * as Simulator from "@tenure/simulator";
import type { Answer } from "./judging.ts";
import { mutants } from "./mutants/index.ts";

/**
 * A process of its own that runs schedules: `node judge.js INDEX`, where INDEX is the simulator's entry in a copy of the packages. It
 * answers each line of its input, a seed and the name of a mutant, in whose setting it runs, with a line of JSON.
 */
const { drawPlan, runPlan } = (await import(argv[2] ?? "")) as typeof Simulator;
// As the simulator does it: nobody reads the stack of a failure that was planned.
Error.stackTraceLimit = 0;
stdout.write("ready\n");
for await (const line of createInterface({ input: stdin })) {
  const [seed, name] = line.split(" ");
  stdout.write(`${JSON.stringify(await answerTo(Number(seed), name))}\n`);
}
process.exitCode = 0;

async function answerTo(seed: number, name: string | undefined): Promise<Answer> {
  const plan = drawPlan(seed);
  const { setting } = mutants.find((mutant) => mutant.name === name) ?? {};
  try {
    const { violations, faults } = await runPlan(setting === undefined ? plan : setting.of(plan));
    return {
      violations: violations.map(({ invariant, sentence }) => ({ invariant, sentence })),
      // A leader that meets with an error of no code of ours met with a mistake in the code.
      crashes: faults["told unknown"] ?? 0,
    };
  } catch {
    // Also where the world could not look at what was left: it says nothing, and another seed may.
    return { violations: [], crashes: 1 };
  }
}
