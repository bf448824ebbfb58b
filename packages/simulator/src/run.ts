import { availableParallelism } from "node:os";
import process, { argv, stdout } from "node:process";
import { parseArgs } from "node:util";
import { runMany } from "./many/run-many.ts";
import { sentencesOf, type Total } from "./many/tally.ts";

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
const total = await runMany({
  scenarios: values.scenarios,
  from: Number(values.from),
  schedules: Number(values.schedules),
  stopsAtFirst: values.first,
  threads: availableParallelism(),
});
if (values.json) stdout.write(`${JSON.stringify(total)}\n`);
else report(total);
if (total.broken.length > 0) process.exitCode = 1;

function report(total: Total): void {
  const { schedules, broken, faults } = total;
  for (const sentence of sentencesOf(total)) stdout.write(`${sentence}\n`);
  const { user, system } = process.cpuUsage();
  const rate = Math.round((schedules * 1e6) / (user + system));
  const kinds = Object.keys(faults).length;
  stdout.write(
    `${schedules} schedules with ${kinds} kinds of faults, ${rate} in a second of CPU; ${broken.length} broke a promise\n`,
  );
}
