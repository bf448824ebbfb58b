import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nowMs, sleep } from "../clock.ts";
import { peakMb } from "../machine.ts";
import { cleanEnvironment } from "../process.ts";
import type { Reading, Row } from "../row.ts";
import { writeJsonLog } from "../sides/json-log.ts";

const BYTES = 1_000_000_000;
const LOOK_EVERY_MS = 20;
const JQ = "jq, one comparison a line";
const cli = fileURLToPath(new URL("../../../apps/cli/dist/tenure.cjs", import.meta.url));
const mapping = {
  name: "bench",
  messages: [{ kind: "renewed", match: "^duty kept by (?<holder>\\S+) term (?<epoch>\\d+)" }],
};

export const diagnosisRow: Row = {
  id: "diagnose",
  what: "`tenure diagnose` of 1 GB of JSON lines, one in a thousand of a lease",
  sides: [
    { name: "tenure", run: diagnose },
    { name: JQ, run: () => read("jq", ["-c", 'select(.level=="WARN")', log()]) },
  ],
  figures: [
    { label: "read", metric: "mbPerSecond", take: "median", unit: "MB/s", goal: { timesAtLeast: 3, of: JQ } },
    { label: "peak memory", metric: "peakMb", take: "max", unit: "MB", goal: { atMost: 200 } },
  ],
};

let written: string | null = null;

/** One file for both sides and all runs; it goes with this process. */
function log(): string {
  if (written !== null) return written;
  const directory = mkdtempSync(join(tmpdir(), "tenure-bench-log-"));
  process.once("exit", () => rmSync(directory, { recursive: true, force: true }));
  written = join(directory, "log.jsonl");
  writeJsonLog(written, BYTES);
  return written;
}

async function diagnose(directory: string): Promise<Reading> {
  const path = join(directory, "mapping.json");
  writeFileSync(path, JSON.stringify(mapping));
  return await read(process.execPath, [cli, "diagnose", log(), "--mapping", path, "--json"]);
}

/** What a program writes is let go by. */
async function read(program: string, args: readonly string[]): Promise<Reading> {
  const bytes = statSync(log()).size;
  const began = nowMs();
  const child = spawn(program, args, { env: cleanEnvironment(), stdio: ["ignore", "ignore", "inherit"] });
  const ended = once(child, "exit") as Promise<[number | null]>;
  let peak = 0;
  while (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    peak = Math.max(peak, peakMb(child.pid));
    await Promise.race([ended, sleep(LOOK_EVERY_MS)]);
  }
  const [code] = await ended;
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
  return { mbPerSecond: bytes / 1e3 / (nowMs() - began), peakMb: peak };
}
