// `npm run incident`: both systems at once, for forty seconds, and what became of the time.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { figuresOf } from "./figures.ts";
import { SPEED } from "./scale.ts";
import { liveWith, liveWithout } from "./systems.ts";

const LASTS_MS = 40_000;
const directory = mkdtempSync(join(tmpdir(), "tenure-incident-"));
console.log(
  `The incident at ${SPEED} times its speed, and the same sessions under tenure, side by side: ${LASTS_MS / 1_000} s`,
);
const [before, after] = await Promise.all([
  liveWithout(join(directory, "old"), LASTS_MS),
  liveWith(join(directory, "tenure"), LASTS_MS),
]);
rmSync(directory, { recursive: true, force: true, maxRetries: 20 });

const [old, now] = [figuresOf(before), figuresOf(after)];
const percent = (share: number): string => `${Math.round(share * 100)} %`;
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;
const asThen = (ms: number): string => `${seconds(ms)} (${Math.round((ms * SPEED) / 1_000)} s then)`;
const ages = before.staleAgesMs.toSorted((a, b) => a - b);
const table: readonly (readonly [string, string, string])[] = [
  ["", "the old system", "under tenure"],
  ["sessions", String(old.sessions), String(now.sessions)],
  ["nobody led", percent(old.leaderlessShare), percent(now.leaderlessShare)],
  ["median gap", asThen(old.medianGapMs), seconds(now.medianGapMs)],
  ["worst gap", asThen(old.worstGapMs), seconds(now.worstGapMs)],
  ["leases found expired at", `${asThen(ages[0] ?? 0)} to ${asThen(ages.at(-1) ?? 0)}`, `${after.expired} expired`],
  ["exit 0 called a crash", String(before.falseCrashes), String(after.falseCrashes)],
  ["renewals of nobody, logged as success", String(before.falseSuccesses), String(after.falseSuccesses ?? "-")],
];
for (const [what, then, here] of table) console.log(`${what.padEnd(38)} ${then.padEnd(46)} ${here}`.trimEnd());
console.log("\nWhy, and what prevents each link of the chain: docs/incident.md");
