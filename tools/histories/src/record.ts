import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Proxy, type Engine } from "@tenure/engines";
import type { Cluster } from "./cluster.ts";
import { sorted, type Recorded, type Seen } from "./recorder.ts";
import { troublesOf, type Scene } from "./trouble.ts";
import type { WorkerOptions } from "./worker.ts";

export interface Plan {
  /** At least so many operations, and each trouble so many times. */
  readonly operations: number;
  readonly each: number;
  readonly workers: number;
  readonly leases: number;
  readonly leaseDurationMs: number;
  readonly onProgress?: (operations: number, troubles: number) => void;
}

export interface History extends Recorded {
  readonly troubles: Readonly<Record<string, number>>;
}

const BETWEEN_MS = 150;
const WORKER = fileURLToPath(new URL("../dist/worker.js", import.meta.url));

/** Real processes lead in turn on a real server while it and the ways to it fail; what they saw comes back. */
export async function recordHistory(
  server: Engine | Cluster,
  terminate: () => Promise<void>,
  plan: Plan,
): Promise<History> {
  const folder = mkdtempSync(join(tmpdir(), "tenure-histories-"));
  const [ways, changeLeader] = "members" in server ? [server.members, server.changeLeader] : [[server]];
  const networks = await Promise.all(
    Array.from({ length: plan.workers }, (_, at) => Proxy.before(ways[at % ways.length] ?? server)),
  );
  const leases = Array.from({ length: plan.leases }, (_, at) => `lease-${at + 1}`);
  const workers = networks.map(({ url }, at) => {
    const [name, path] = [`worker-${at + 1}`, join(folder, `${at + 1}.jsonl`)];
    return new Worker({ url, name, path, leases, leaseDurationMs: plan.leaseDurationMs });
  });
  try {
    await Promise.all(workers.map((worker) => worker.up));
    const counts = await trouble({ server, networks, terminate, changeLeader }, workers, plan);
    // What was begun ends in peace.
    await setTimeout(2 * plan.leaseDurationMs);
    await Promise.all(workers.map((worker) => worker.stop()));
    const { leaseDurationMs } = plan;
    return { ...sorted(workers.flatMap((worker) => worker.seen)), leaseDurationMs, troubles: counts };
  } finally {
    for (const worker of workers) worker.kill();
    for (const network of networks) network.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function trouble(scene: Scene, workers: readonly Worker[], plan: Plan): Promise<Record<string, number>> {
  const troubles = troublesOf(scene);
  const counts = Object.fromEntries(troubles.map(([name]) => [name, 0]));
  for (let turn = 0; ; turn += 1) {
    const operations = workers.reduce((sum, worker) => sum + worker.operations, 0);
    plan.onProgress?.(operations, turn);
    const lacking = troubles.filter(([name]) => (counts[name] ?? 0) < plan.each);
    if (lacking.length === 0 && operations >= plan.operations) return counts;
    const next = lacking.length > 0 ? lacking : troubles;
    const [name, happen] = next[turn % next.length] ?? [];
    if (name === undefined || happen === undefined) continue;
    await happen(scene, turn);
    counts[name] = (counts[name] ?? 0) + 1;
    await setTimeout(BETWEEN_MS);
  }
}

class Worker {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #options: WorkerOptions;
  /** It reads and writes. */
  readonly up: Promise<unknown>;
  operations = 0;

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.#child = fork(WORKER, [JSON.stringify(options)], { execArgv: [], stdio: ["ignore", 2, 2, "ipc"] });
    this.#child.on("message", (operations) => (this.operations = Number(operations)));
    this.up = once(this.#child, "message");
    this.#ended = once(this.#child, "exit");
  }

  async stop(): Promise<void> {
    this.#child.send("stop");
    await this.#ended;
    if (this.#child.exitCode !== 0) throw new Error(`${this.#options.name} ended with ${this.#child.exitCode}`);
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  get seen(): readonly Seen[] {
    const lines = readFileSync(this.#options.path, "utf8").trimEnd().split("\n");
    return lines.map((line) => JSON.parse(line) as Seen);
  }
}
