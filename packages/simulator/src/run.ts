import process, { argv, stdout } from "node:process";
import { parseArgs } from "node:util";
import { scenarios } from "./scenarios/index.ts";
import { drawPlan } from "./schedule/draw.ts";
import type { Plan } from "./schedule/plan.ts";
import { runPlan } from "./schedule/run-plan.ts";

/**
 * Many runs in a process of their own, for whoever changes the code under them: `node run.js [--scenarios] [--schedules N --from SEED]
 * [--first] [--json]`. The scenarios come before the drawn schedules; `--first` stops at the first broken promise. With `--json` one
 * line for each broken run (`{scenario?, seed, violations}`) and a last one (`{schedules, violated}`). Exit code 1 if there was any.
 */
const { values } = parseArgs({
  args: argv.slice(2),
  options: {
    scenarios: { type: "boolean", default: false },
    schedules: { type: "string", default: "100" },
    from: { type: "string", default: "1" },
    first: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
// Nobody reads the stack of a failure that was planned, and it costs more than all the rest of it.
Error.stackTraceLimit = 0;

let schedules = 0;
let violated = 0;
for (const { scenario, plan } of plans()) {
  schedules += 1;
  const { violations } = await runPlan(plan);
  if (violations.length === 0) continue;
  violated += 1;
  const told = violations.map(({ invariant, sentence }) => ({ invariant, sentence }));
  const { seed } = plan;
  const where = scenario === undefined ? `seed ${seed}` : `${scenario}, seed ${seed}`;
  if (values.json) stdout.write(`${JSON.stringify({ scenario, seed, violations: told })}\n`);
  else for (const { invariant, sentence } of told) stdout.write(`${where}: ${invariant} ${sentence}\n`);
  if (values.first) break;
}
if (values.json) stdout.write(`${JSON.stringify({ schedules, violated })}\n`);
else stdout.write(`${schedules} schedules, ${violated} broke a promise\n`);
if (violated > 0) process.exitCode = 1;

function* plans(): Generator<{ readonly scenario?: string; readonly plan: Plan }> {
  if (values.scenarios)
    for (const { name, plans } of scenarios) for (const plan of plans) yield { scenario: name, plan };
  const from = Number(values.from);
  for (let seed = from; seed < from + Number(values.schedules); seed += 1) yield { plan: drawPlan(seed) };
}
