import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nowMs, sleep } from "../clock.ts";
import { residentMb } from "../machine.ts";
import { cleanEnvironment, cli, startBare, startChild } from "../process.ts";
import type { Figure, Reading, Row, Side } from "../row.ts";

const STARTS_A_RUN = 15;
/** As long as an agent at the default timing needs to renew three times; the bare process is looked at equally old. */
const SETTLE_MS = 9_500;
const agent = fileURLToPath(new URL("../children/agent.js", import.meta.url));
const empty = fileURLToPath(new URL("../children/empty.js", import.meta.url));

const status: Row = {
  id: "status",
  what: "`tenure status`, cold start",
  sides: [
    { name: "tenure", run: timeStatus },
    { name: "node -e 0", run: () => Promise.resolve({ tookMs: timeStarts(["-e", "0"]) }) },
  ],
  figures: [
    { label: "p50", metric: "tookMs", take: "p50", unit: "ms", goal: { timesAtMost: 1.3, of: "node -e 0" } },
    { label: "p99", metric: "tookMs", take: "p99", unit: "ms" },
  ],
};

const bare: Side = { name: "bare node", run: () => residentOf(["-e", "setInterval(() => {}, 1e9)"]) };
const bareWorker = "new (require('worker_threads').Worker)('setInterval(() => {}, 1e9)', { eval: true })";

const idleRun: Row = {
  id: "idle-run",
  what: "idle agent: `tenure run`, resident memory",
  sides: [{ name: "tenure", run: residentOfRun }, bare],
  figures: [residentFigure(1.25)],
};

const idleProgram: Row = {
  id: "idle-program",
  what: "idle agent: a program with the library, resident memory",
  sides: [
    { name: "tenure", run: (directory) => residentOf([agent, directory]) },
    bare,
    { name: "an empty ESM program", run: () => residentOf([empty]) },
  ],
  figures: [residentFigure(1.25)],
};

const idleWorker: Row = {
  id: "idle-worker",
  what: "the same with the event-loop worker",
  sides: [
    { name: "tenure", run: (directory) => residentOf([agent, directory, "worker"]) },
    bare,
    { name: "bare node with an empty worker", run: () => residentOf(["-e", bareWorker]) },
  ],
  figures: [residentFigure(1.35)],
};

export const footprintRows: readonly Row[] = [status, idleRun, idleProgram, idleWorker];

/** Of a lease that is held, with the holder idle beside. */
async function timeStatus(directory: string): Promise<Reading> {
  const holder = startChild("candidate", ["tenure", directory]);
  await holder.heard("ready");
  holder.tell("stand");
  await holder.heard("leading");
  const tookMs = timeStarts([cli, "status", "--dir", join(directory, "state"), "--json"]);
  await holder.end();
  return { tookMs };
}

function timeStarts(args: readonly string[]): readonly number[] {
  const env = cleanEnvironment();
  return Array.from({ length: STARTS_A_RUN }, () => {
    const beganMs = nowMs();
    const { status: code, stderr } = spawnSync(process.execPath, args, { env, encoding: "utf8" });
    const tookMs = nowMs() - beganMs;
    if (code !== 0) throw new Error(`node ${args.join(" ")} ended with ${code}: ${stderr}`);
    return tookMs;
  });
}

async function residentOf(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Reading> {
  const child = startBare(args, env);
  await sleep(SETTLE_MS);
  const reading = { residentMb: residentMb(child.pid) };
  await child.end();
  return reading;
}

function residentFigure(timesAtMost: number): Figure {
  return { label: "RSS", metric: "residentMb", take: "median", unit: "MB", goal: { timesAtMost, of: bare.name } };
}

function residentOfRun(directory: string): Promise<Reading> {
  const args = [cli, "run", "bench", "--dir", join(directory, "state"), "--", "sleep", "60"];
  return residentOf(args, { TENURE_FLOOR_DIR: join(directory, "floor") });
}
