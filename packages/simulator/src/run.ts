import process, { argv, stdout } from "node:process";
import { parseArgs } from "node:util";
import { runSchedule } from "./schedule/run-plan.ts";

/**
 * Many schedules in a process of their own: `node run.js --schedules N --from SEED --json`. With `--json`, one line for each schedule
 * that broke a promise (`{seed, violations}`) and one last line (`{schedules, violated}`); exit code 1 if there was any. `--first` stops
 * at the first one.
 */
const { values } = parseArgs({
  args: argv.slice(2),
  options: {
    schedules: { type: "string", default: "100" },
    from: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
    first: { type: "boolean", default: false },
  },
});
// Nobody reads the stack of a failure that was planned, and it costs more than all the rest of it.
Error.stackTraceLimit = 0;
const from = Number(values.from);
let schedules = 0;
let violated = 0;
while (schedules < Number(values.schedules) && !(values.first && violated > 0)) {
  const seed = from + schedules;
  schedules += 1;
  const { violations } = await runSchedule({ seed });
  if (violations.length === 0) continue;
  violated += 1;
  const told = violations.map(({ invariant, sentence }) => ({ invariant, sentence }));
  if (values.json) stdout.write(`${JSON.stringify({ seed, violations: told })}\n`);
  else for (const { invariant, sentence } of told) stdout.write(`seed ${seed}: ${invariant} ${sentence}\n`);
}
stdout.write(
  values.json
    ? `${JSON.stringify({ schedules, violated })}\n`
    : `${schedules} schedules, ${violated} broke a promise\n`,
);
if (violated > 0) process.exitCode = 1;
