import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { COMMAND, Sandbox } from "./sandbox.ts";

test("the walk-through of examples/adoptions runs as it stands, and its reader saw each leader and nothing torn", async () => {
  const sandbox = new Sandbox();
  const tenure = join(sandbox.directory, "tenure");
  writeFileSync(tenure, `#!/bin/sh\nexec "${process.execPath}" "${COMMAND}" "$@"\n`);
  chmodSync(tenure, 0o755);
  const script = fileURLToPath(new URL("../../../examples/adoptions/walk-through.sh", import.meta.url));
  const env = { PATH: `${sandbox.directory}:${process.env["PATH"] ?? ""}`, TMPDIR: sandbox.directory };
  const { code, stdout, stderr } = await sandbox.startProcess("sh", [script], env).ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining("SyntaxError") as string });
  expect(stdout).toContain('nothing renews it for "orchestrator-main", epoch 17');
  expect(stderr).toContain('round tenure: "forgotten", epoch 19, where "worker-a", epoch 19, belongs');
  expect(stdout).toMatch(/^epoch 19: .*round tenure/mu);
  expect(stdout).toContain('"queue": { "waiting": 3, "cost": 1.50 }');
  expect(stdout.slice(stdout.indexOf("what the reader saw"))).toMatch(
    /saw\norchestrator-main, epoch 17, .*\n(?:.*\n)*worker-a, epoch 19, .*\n(?:forgotten, epoch 19, .*\nworker-a, epoch 19, .*\n)?nobody, epoch 19, .*\nnobody, epoch 20, 3 waiting\n$/u,
  );
});
