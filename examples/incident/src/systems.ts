import { spawn, spawnSync, type ChildProcess, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Repair } from "./old/repair.ts";
import { beatMs, leaseMs, pollMs, SPEED } from "./scale.ts";
import { SessionBook, type Signature } from "./session-book.ts";

const script = (path: string): string => fileURLToPath(new URL(`../dist/${path}`, import.meta.url));
const COMMAND = fileURLToPath(new URL("../../../apps/cli/dist/tenure.cjs", import.meta.url));

/** What a system left behind after it ran for a while. */
export interface Lived {
  readonly signatures: readonly Signature[];
  readonly endedAtMs: number;
  /** How many leases were found expired, and how old they were where the system says so. */
  readonly expired: number;
  readonly staleAgesMs: readonly number[];
  /** Sessions that ended with 0 and were called a crash. */
  readonly falseCrashes: number;
  /** Renewals that were logged as done and changed nothing; `null` where nothing logs renewals. */
  readonly falseSuccesses: number | null;
}

/** What is looked for in any of the logs. */
interface LoggedLine {
  readonly end?: string;
  readonly exitCode?: number | null;
  readonly ageMs?: number;
  readonly crash?: number | null;
  readonly changed?: boolean;
}

/** The old system: session, heartbeat service and watchdog around one JSON file; as it was, or with one link repaired. */
export async function liveWithout(directory: string, forMs: number, repaired?: Repair): Promise<Lived> {
  mkdirSync(directory, { recursive: true });
  const at = (name: string): string => join(directory, name);
  const ghost = { id: "leader-of-two-days-ago", role: "orchestrator", lastHeartbeatMs: 0 };
  writeFileSync(at("registry.json"), JSON.stringify([ghost]));
  const env = { ...process.env, ...(repaired !== undefined && { REPAIRED: repaired }) };
  const parts = [start([script("old/watchdog.js"), at("state.json"), at("book.jsonl"), at("watchdog.log")], { env })];
  if (repaired !== "no-service") parts.push(start([script("old/heartbeat-service.js")], { env, cwd: directory }));
  const endedAtMs = await lasts(forMs, parts);
  const watchdog = linesOf(at("watchdog.log"));
  const staleAgesMs = watchdog.flatMap(({ ageMs }) => ageMs ?? []);
  return {
    signatures: new SessionBook(at("book.jsonl")).signatures,
    endedAtMs,
    expired: staleAgesMs.length,
    staleAgesMs,
    falseCrashes: watchdog.filter(({ crash }) => crash === 0).length,
    falseSuccesses: linesOf(at("heartbeat.log")).filter(({ changed }) => changed === false).length,
  };
}

/**
 * The same sessions under `tenure run`, with the same lease duration. Renewed each third of it, as then, at its own speed only: sixty times as fast, what
 * a request may take is too much of it, and a single renewal that fails could lose it, which is refused.
 */
export async function liveWith(directory: string, forMs: number): Promise<Lived> {
  mkdirSync(directory, { recursive: true });
  const book = join(directory, "book.jsonl");
  const tenure = new Tenure(directory);
  const timing = ["--ttl", `${leaseMs}ms`, ...(SPEED === 1 ? ["--renew-interval", `${beatMs}ms`] : [])];
  const restarts = ["--restart", "always", "--", process.execPath];
  const leading = start(tenure.args("run", ...timing, ...restarts, script("session.js"), book), {
    env: tenure.env,
  });
  const endedAtMs = await lasts(forMs, [leading]);
  const { terms } = tenure.ask("history") as { readonly terms: readonly { readonly endReason: string }[] };
  const runs = linesOf(join(directory, "state", "orchestrator.runs"));
  if (runs.length === 0) throw new Error("tenure remembers no run, so nothing can be said of them");
  return {
    signatures: new SessionBook(book).signatures,
    endedAtMs,
    expired: terms.filter(({ endReason }) => endReason === "expired").length,
    staleAgesMs: [],
    falseCrashes: runs.filter(({ end, exitCode }) => exitCode === 0 && end === "failed").length,
    falseSuccesses: null,
  };
}

/** The command line on the one lease of a folder of its own. */
export class Tenure {
  readonly env: NodeJS.ProcessEnv;
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = join(directory, "state");
    this.env = { ...process.env, TENURE_FLOOR_DIR: join(directory, "floor") };
  }

  args(verb: string, ...more: readonly string[]): readonly string[] {
    return [COMMAND, verb, "orchestrator", "--dir", this.#directory, ...more];
  }

  ask(verb: string): unknown {
    const told = spawnSync(process.execPath, this.args(verb, "--json"), { env: this.env, encoding: "utf8" });
    if (told.stdout === "") throw new Error(`tenure ${verb} said nothing: ${told.stderr}`);
    return JSON.parse(told.stdout) as unknown;
  }
}

function start(args: readonly string[], options: Pick<SpawnOptions, "env" | "cwd">): ChildProcess {
  return spawn(process.execPath, [...args], { ...options, stdio: ["ignore", "ignore", 2] });
}

async function lasts(forMs: number, parts: readonly ChildProcess[]): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, forMs));
  const endedAtMs = Date.now();
  await Promise.all(
    parts.map(async (part) => {
      // Half a system shows nothing.
      if (part.exitCode !== null) throw new Error(`a part of the system ended by itself, with ${part.exitCode}`);
      part.kill("SIGTERM");
      await once(part, "exit");
    }),
  );
  // The old watchdog leaves its session to itself; it ends within its time.
  await new Promise((resolve) => setTimeout(resolve, pollMs));
  return endedAtMs;
}

function linesOf(path: string): readonly LoggedLine[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as LoggedLine);
}
