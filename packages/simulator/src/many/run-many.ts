import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Part } from "./part.ts";
import { Tally, type Total } from "./tally.ts";

export interface ManyOptions extends Pick<Part, "scenarios" | "from" | "schedules" | "stopsAtFirst"> {
  readonly threads: number;
}

/** Runs the schedules of many seeds, on so many threads. */
export async function runMany({ scenarios, threads, ...seeds }: ManyOptions): Promise<Total> {
  const tally = new Tally();
  const runPart = async (first: number): Promise<void> => {
    const workerData: Part = { ...seeds, scenarios: scenarios && first === 0, first, step: threads };
    const [total] = (await once(new Worker(new URL("part.js", import.meta.url), { workerData }), "message")) as [Total];
    tally.addTotal(total);
  };
  await Promise.all(Array.from({ length: threads }, (_, first) => runPart(first)));
  return tally.total;
}
