import { openSync } from "node:fs";
import { join } from "node:path";
import { sleep } from "../clock.ts";
import { processorMs, residentMb } from "../machine.ts";
import { type Child, cli, startChild, startProgram } from "../process.ts";
import type { Figure, Reading, Row } from "../row.ts";

const LEASES = 1_000;
/** What begins with a thousand of anything is over, and then so long. */
const SETTLE_MS = 10_000;
const WATCHED_MS = 30_000;

const figures: readonly Figure[] = [
  { label: "of a core", metric: "share", take: "median", unit: "%", goal: { atMost: 5 } },
  { label: "RSS", metric: "residentMb", take: "median", unit: "MB", goal: { atMost: 150 } },
  { label: "lost", metric: "lost", take: "sum", unit: "", goal: { atMost: 0 } },
];

export const watchedRows: readonly Row[] = [180_000, 15_000].map((leaseDurationMs) => ({
  id: `watched-${leaseDurationMs / 1_000}`,
  what: `${LEASES} leases of ${leaseDurationMs / 1_000} s on one host`,
  sides: [
    {
      name: "one program that keeps them",
      run: (directory) => watched(directory, leaseDurationMs, ({ keeper }) => keeper),
    },
    {
      name: "`tenure watch` on them",
      run: (directory) => watched(directory, leaseDurationMs, ({ watcher }) => watcher),
    },
  ],
  figures,
}));

interface Both {
  readonly keeper: Child;
  readonly watcher: Child;
}

/** Both live in each run; one of them is measured. */
async function watched(directory: string, leaseDurationMs: number, of: (both: Both) => Child): Promise<Reading> {
  const keeper = startChild("keeper", [directory, String(LEASES), String(leaseDurationMs)]);
  await keeper.heard("leading");
  const told = openSync(join(directory, "watched"), "w");
  const args = [cli, "watch", "--dir", join(directory, "state"), "--plain"];
  const env = { TENURE_FLOOR_DIR: join(directory, "floor") };
  const watcher = startProgram(process.execPath, args, { env, output: told });
  const { pid } = of({ keeper, watcher });
  await sleep(SETTLE_MS);
  const before = processorMs(pid);
  await sleep(WATCHED_MS);
  const reading = { share: ((processorMs(pid) - before) / WATCHED_MS) * 100, residentMb: residentMb(pid) };
  keeper.tell("count");
  const lost = (await keeper.heard("lost")).data as number;
  await Promise.all([keeper.end(), watcher.end()]);
  return { ...reading, lost };
}
