// `npm run soak -- [minutes]`: the sessions under tenure at the speed of the incident, held to what its operators once asked for.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { figuresOf } from "./figures.ts";
import { beatMs, leaseMs } from "./scale.ts";
import { liveWith, Tenure } from "./systems.ts";

/** The whole of a session, but for its edges: it signs the book a little after it leads, and before it lets go. */
const EDGE_MS = 1_000;
const STATUS_EVERY_MS = 2_000;
const DOCTOR_EVERY_MS = 60_000;
const minutes = Number(process.argv[2] ?? 15);
if (!(minutes > 0)) {
  console.error("usage: npm run soak -- [minutes]");
  process.exit(64);
}

const directory = mkdtempSync(join(tmpdir(), "tenure-soak-"));
const tenure = new Tenure(directory);
console.log(
  `Sessions of 57 to 627 s, a lease of ${leaseMs / 1_000} s, renewed each ${beatMs / 1_000} s: ${minutes} min`,
);
const looks: { readonly atMs: number; readonly isValid: boolean }[] = [];
const complaints = new Set<string>();
const looking = [setInterval(look, STATUS_EVERY_MS), setInterval(examine, DOCTOR_EVERY_MS)];
const lived = await liveWith(directory, minutes * 60_000);
for (const timer of looking) clearInterval(timer);
rmSync(directory, { recursive: true, force: true });

const sessions = lived.signatures
  .filter(({ what }) => what === "begins")
  .map((begin) => {
    const end = lived.signatures.find(({ what, pid }) => what === "ends" && pid === begin.pid);
    return { fromMs: begin.atMs + EDGE_MS, toMs: (end?.atMs ?? lived.endedAtMs) - EDGE_MS };
  });
const atWork = looks.filter(({ atMs }) => sessions.some(({ fromMs, toMs }) => atMs >= fromMs && atMs <= toMs));
const longestMs = Math.max(...sessions.map(({ fromMs, toMs }) => toMs - fromMs + 2 * EDGE_MS));
const invalid = atWork.filter(({ isValid }) => !isValid);
const figures = figuresOf(lived);
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
const isLongEnough = longestMs > leaseMs;
const table: readonly (readonly [boolean, string, string])[] = [
  [
    invalid.length === 0,
    "lease valid while a session is at work",
    `${atWork.length - invalid.length} of ${atWork.length} looks`,
  ],
  [isLongEnough, "longest session, beyond the lease duration", `${seconds(longestMs)} of ${seconds(leaseMs)}`],
  [lived.expired === 0, "leases found expired", String(lived.expired)],
  [lived.falseCrashes === 0, "normal ends taken for failures", String(lived.falseCrashes)],
  [complaints.size === 0, "complaints of tenure doctor", [...complaints].join("; ") || "none"],
];
console.log(
  `${figures.sessions} sessions; median gap ${seconds(figures.medianGapMs)}, worst ${seconds(figures.worstGapMs)}`,
);
for (const [isWell, what, found] of table) console.log(`${isWell ? "well" : "ILL "}  ${what.padEnd(44)} ${found}`);
process.exitCode = table.every(([isWell]) => isWell) ? 0 : 1;

function look(): void {
  const atMs = Date.now();
  const { leases } = tenure.ask("status") as {
    readonly leases: readonly { readonly state: string; readonly remainingMs: number }[];
  };
  looks.push({ atMs, isValid: leases[0]?.state === "held" && leases[0].remainingMs > 0 });
}

/** It watches for seconds: nothing waits for it. */
function examine(): void {
  execFile(process.execPath, tenure.args("doctor", "--json"), { env: tenure.env }, (_, told) => {
    const { findings } = JSON.parse(told) as {
      readonly findings: readonly { readonly ruleId: string; readonly verdict: string }[];
    };
    for (const { ruleId, verdict } of findings) complaints.add(`${ruleId}: ${verdict}`);
  });
}
