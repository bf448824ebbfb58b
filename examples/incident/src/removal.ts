// `npm run incident:removal`: the old system with each link of the chain repaired alone, all at once, for forty seconds.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { figuresOf } from "./figures.ts";
import { repairs } from "./old/repair.ts";
import { SPEED } from "./scale.ts";
import { liveWithout } from "./systems.ts";

const LASTS_MS = 40_000;
const directory = mkdtempSync(join(tmpdir(), "tenure-removal-"));
const lived = await Promise.all(
  [undefined, ...repairs].map(async (repaired) => ({
    repaired: repaired ?? "nothing",
    lived: await liveWithout(join(directory, repaired ?? "nothing"), LASTS_MS, repaired),
  })),
);
rmSync(directory, { recursive: true, force: true, maxRetries: 20 });

const then = (ms: number): string => (Number.isNaN(ms) ? "-" : `${Math.round((ms * SPEED) / 1_000)} s`);
const row = (cells: readonly string[]): string =>
  cells
    .map((cell, at) => cell.padEnd([21, 10, 12, 12, 9, 16][at] ?? 0))
    .join("")
    .trimEnd();
console.log(
  row(["repaired alone", "sessions", "nobody led", "median gap", "expired", "called a crash", "false successes"]),
);
for (const { repaired, lived: each } of lived) {
  const { sessions, leaderlessShare, medianGapMs } = figuresOf(each);
  const share = `${Math.round(leaderlessShare * 100)} %`;
  const counts = [each.expired, each.falseCrashes, each.falseSuccesses ?? "-"].map(String);
  console.log(row([repaired, String(sessions), share, then(medianGapMs), ...counts]));
}
