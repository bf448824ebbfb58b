import { once } from "node:events";
import { availableParallelism } from "node:os";
import process, { argv, stdout } from "node:process";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import type { Part } from "./many/part.ts";
import { Tally, type Total } from "./many/tally.ts";

/**
 * Many runs on all cores, for whoever changes the code under them, and for CI: `node run.js [--scenarios] [--schedules N] [--from SEED]
 * [--first] [--json]`. With `--first` each core stops at its first broken promise. Exit code 1 if there was any.
 */
const { values } = parseArgs({
  args: argv.slice(2),
  options: {
    scenarios: { type: "boolean", default: false },
    schedules: { type: "string", default: "1000" },
    from: { type: "string", default: "1" },
    first: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
const step = availableParallelism();
const tally = new Tally();
await Promise.all(
  Array.from({ length: step }, async (_, first) => {
    const part: Part = {
      scenarios: values.scenarios && first === 0,
      from: Number(values.from),
      schedules: Number(values.schedules),
      first,
      step,
      stopsAtFirst: values.first,
    };
    const [total] = (await once(
      new Worker(new URL("many/part.js", import.meta.url), { workerData: part }),
      "message",
    )) as [Total];
    tally.addTotal(total);
  }),
);
const { total } = tally;
if (values.json) stdout.write(`${JSON.stringify(total)}\n`);
else report(total);
if (total.broken.length > 0) process.exitCode = 1;

function report({ schedules, broken, faults }: Total): void {
  for (const { scenario, seed, violations } of broken)
    for (const { invariant, sentence } of violations)
      stdout.write(`${scenario === undefined ? "" : `${scenario}, `}seed ${seed}: ${invariant} ${sentence}\n`);
  const { user, system } = process.cpuUsage();
  const rate = Math.round((schedules * 1e6) / (user + system));
  const kinds = Object.keys(faults).length;
  stdout.write(
    `${schedules} schedules with ${kinds} kinds of faults, ${rate} in a second of CPU; ${broken.length} broke a promise\n`,
  );
}
