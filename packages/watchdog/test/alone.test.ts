import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { scanProcesses, signalProcess } from "@tenure/host";
import { expect, onTestFinished, test } from "vitest";

const script = fileURLToPath(new URL("support/alone.mjs", import.meta.url));

test("a run lasts until nothing is left, and no longer, with nothing else that keeps its process alive", async () => {
  const directory = mkdtempSync(join(tmpdir(), "tenure-alone-"));
  const storeId = `alone-${process.pid}`;
  onTestFinished(() => {
    for (const found of scanProcesses({ matchEnv: { LEASE_STORE_ID: storeId } })) {
      signalProcess(found.process, "SIGKILL");
    }
    rmSync(directory, { recursive: true });
  });
  // The leftover ends in its own time, so that the runner has to wait for it.
  const leftover = `trap "sleep 0.3; exit" TERM; echo up >up; while :; do sleep 0.1; done`;
  const command = `cd ${directory}; mkfifo up; setsid sh -c '${leftover}' & read -r word <up; exit 5`;
  const run = promisify(execFile)(process.execPath, [script, storeId, command], { timeout: 25_000 });
  expect(JSON.parse((await run).stdout)).toMatchObject({
    exitCode: 5,
    record: { holderIdentity: null, child: null, epoch: 1, releaseReason: "failed" },
  });
  expect([...scanProcesses({ matchEnv: { LEASE_STORE_ID: storeId } })]).toEqual([]);
});
