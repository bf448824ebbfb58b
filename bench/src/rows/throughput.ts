import { type Child, startChild } from "../process.ts";
import type { Reading, Row } from "../row.ts";
import { percentile } from "../statistics.ts";

const WORK_MS = 2_000;

const transitions: readonly Row[] = [1, 4, 8].map((processes) => ({
  id: `transitions-${processes}`,
  what: `durable transitions of one lease, ${processes} ${processes === 1 ? "process" : "processes"}`,
  sides: [
    { name: "tenure", run: (directory) => workTogether("tenure-transition", processes, directory) },
    {
      name: "proper-lockfile + write-file-atomic",
      run: (directory) => workTogether("locked-rewrite", processes, directory),
    },
    {
      name: "tenure acquire + release by the client (2 transitions)",
      run: (directory) => workTogether("tenure-term", processes, directory),
    },
  ],
  figures: [
    {
      label: "a second",
      metric: "perSecond",
      take: "median",
      unit: "/s",
      goal: { timesAtLeast: 3, of: "proper-lockfile + write-file-atomic" },
    },
    { label: "lost", metric: "lost", take: "sum", unit: "", goal: { atMost: 0 } },
    { label: "p50 wait", metric: "tookMs", take: "p50", unit: "ms" },
    {
      label: "p99 wait",
      metric: "tookMs",
      take: "p99",
      unit: "ms",
      ...(processes === 8 ? { goal: { atMost: 25 } } : {}),
    },
    ...(processes > 1
      ? [
          {
            label: "fairness, fewest / most",
            metric: "fairness",
            take: "median" as const,
            unit: "",
            goal: { atLeast: 0.8 },
          },
        ]
      : []),
  ],
}));

const renewals: Row = {
  id: "renewals",
  what: "renewals, one process",
  sides: [
    { name: "tenure", run: (directory) => workTogether("tenure-renewal", 1, directory) },
    { name: "read + write-file-atomic", run: (directory) => workTogether("rewrite", 1, directory) },
    { name: "bare append, read back", run: (directory) => workTogether("bare-append", 1, directory) },
  ],
  figures: [
    {
      label: "a second",
      metric: "perSecond",
      take: "median",
      unit: "/s",
      goal: { timesAtLeast: 20, of: "read + write-file-atomic" },
    },
    { label: "lost", metric: "lost", take: "sum", unit: "", goal: { atMost: 0 } },
    { label: "p99", metric: "tookMs", take: "p99", unit: "ms" },
  ],
};

export const throughputRows: readonly Row[] = [...transitions, renewals];

/** The same work in several processes at once: how much, how long each piece took, how evenly it was shared, what was lost. */
async function workTogether(workload: string, processes: number, directory: string): Promise<Reading> {
  const workers = await Promise.all(Array.from({ length: processes }, () => ready(workload, directory)));
  const before = await count(workers);
  for (const worker of workers) worker.tell(String(WORK_MS));
  const took = await Promise.all(workers.map(async (worker) => (await worker.heard("done")).data as number[]));
  const after = await count(workers);
  await Promise.all(workers.map((worker) => worker.end()));

  const shares = took.map((each) => each.length);
  const done = shares.reduce((sum, each) => sum + each, 0);
  return {
    perSecond: done / (WORK_MS / 1_000),
    lost: Math.max(0, done - (after - before)),
    fairness: percentile(shares, 0) / percentile(shares, 1),
    tookMs: took.flat(),
  };
}

async function ready(workload: string, directory: string): Promise<Child> {
  const child = startChild("load", [workload, directory]);
  await child.heard("ready");
  return child;
}

async function count([worker]: readonly Child[]): Promise<number> {
  worker?.tell("count");
  return (await worker?.heard("count"))?.data as number;
}
