import { parentPort, workerData } from "node:worker_threads";
import { scenarios } from "../scenarios/index.ts";
import { drawPlan } from "../schedule/draw.ts";
import { runPlan } from "../schedule/run-plan.ts";
import { makeAbortQuick } from "./quick-abort.ts";
import { Tally } from "./tally.ts";

/** The schedules that one thread runs: of `schedules` seeds from `from` on every `step`th, beginning with number `first`. */
export interface Part {
  readonly scenarios: boolean;
  readonly from: number;
  readonly schedules: number;
  readonly first: number;
  readonly step: number;
  readonly stopsAtFirst: boolean;
}

const part = workerData as Part;
// Nobody reads the stack of a failure that was planned, and it costs more than all the rest of it.
Error.stackTraceLimit = 0;
makeAbortQuick();
const tally = new Tally();
const isOver = (): boolean => part.stopsAtFirst && tally.total.broken.length > 0;
if (part.scenarios)
  for (const { name, plans, notPromised } of scenarios)
    for (const plan of plans) {
      if (isOver()) break;
      const outcome = await runPlan(plan);
      const violations = outcome.violations.filter(({ invariant }) => invariant !== notPromised);
      tally.add({ ...outcome, violations }, name);
    }
for (let seed = part.from + part.first; seed < part.from + part.schedules && !isOver(); seed += part.step)
  tally.add(await runPlan(drawPlan(seed)));
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port between threads has no origin
parentPort?.postMessage(tally.total);
