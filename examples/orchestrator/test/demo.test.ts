import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

// As `npm start` runs it: built, with processes of its own.
const demo = fileURLToPath(new URL("../dist/demo.js", import.meta.url));
const cli = fileURLToPath(new URL("../../../apps/cli/dist/tenure.cjs", import.meta.url));

let temporary = "";
beforeEach(() => void (temporary = mkdtempSync(join(tmpdir(), "tenure-demo-test-"))));
afterEach(() => rmSync(temporary, { recursive: true, force: true }));

interface Term {
  readonly epoch: number;
  readonly holderIdentity: string;
  readonly endReason: string;
  readonly gapBeforeMs: number | null;
}

test(
  "the demo ends by itself, and every epoch and gap it tells stands in the journal it leaves behind",
  { timeout: 120_000 },
  async () => {
    const { stdout, ended } = startDemo();
    expect(await ended, stdout()).toBe(0);
    const told = stdout();

    const [, directory = ""] = /history orchestrator --dir (\S+)/u.exec(told) ?? [];
    const history = execFileSync(process.execPath, [cli, "history", "orchestrator", "--dir", directory, "--json"], {
      encoding: "utf8",
      env: { ...process.env, TENURE_FLOOR_DIR: join(directory, "..", "floor") },
    });
    const { terms } = JSON.parse(history) as { terms: readonly Term[] };

    expect(terms.map(({ epoch, holderIdentity, endReason }) => [epoch, holderIdentity, endReason])).toEqual([
      [1, "ada", "holder-dead"],
      [2, "ben", "expired"],
      [3, "cleo", "released"],
      [4, "ben", "released"],
    ]);
    const gaps = [...told.matchAll(/(\w+) +in the journal: epoch (\d+), gap (?:at most )?(\S+) ms/gu)].map(
      ([, who, epoch, gapMs]) => [who, Number(epoch), Number(gapMs)],
    );
    expect(gaps).toEqual(terms.slice(1).map((term) => [term.holderIdentity, term.epoch, term.gapBeforeMs]));
    const leads = [...told.matchAll(/leads with epoch (\d+)/gu)].map(([, epoch]) => Number(epoch));
    expect(leads).toEqual(terms.map(({ epoch }) => epoch));
    expect(told).toMatch(/ben +refused, EFENCED/u);
    expect(playersIn(temporary)).toEqual([]);
  },
);

test("a demo that is interrupted leaves no process behind", { timeout: 120_000 }, async () => {
  const { signal, stdout, ended } = startDemo();
  await vi.waitUntil(() => stdout().includes("leads with epoch 1"), { timeout: 60_000, interval: 50 });
  signal("SIGINT");
  expect(await ended).toBe(130);
  await vi.waitUntil(() => playersIn(temporary).length === 0, { timeout: 60_000, interval: 50 });
});

function startDemo(): {
  stdout: () => string;
  signal: (signal: NodeJS.Signals) => void;
  ended: Promise<number | null>;
} {
  const child = spawn(process.execPath, [demo], {
    // What a person has set for stores of their own is not the demo's.
    env: {
      ...process.env,
      TMPDIR: temporary,
      NO_COLOR: "1",
      TENURE_FLOOR_DIR: join(temporary, "own"),
      TENURE_STORE_ID: "own",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => void (text += chunk));
  return {
    stdout: () => text,
    signal: (signal) => void child.kill(signal),
    ended: new Promise((resolve) => child.once("close", resolve)),
  };
}

/** Processes whose command line names the folder: every orchestrator of this test, and nothing else. */
function playersIn(directory: string): readonly string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/u.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(directory);
    } catch {
      return false;
    }
  });
}
