import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { documentIn } from "./documents.ts";
import { Sandbox } from "./sandbox.ts";

const hangs = ["--", "sh", "-c", "echo waiting >&2; exec sleep 1000"];
const quick = ["--restart", "on-failure", "--restart-burst", "1", "--backoff", "1ms", "--on-exhausted", "stop"];

describe("tenure run --progress", () => {
  test("ends a command that hangs, restarts it within the budget, and says why where nobody asked", async () => {
    const sandbox = new Sandbox();
    const progress = ["--progress", "pipe", "--progress-deadline", "500ms", "--grace", "0s"];
    const { code, stderr } = await sandbox.run(["run", "orders", ...progress, ...quick, ...hangs]);
    expect(code).toBe(79);
    const verdict =
      /^tenure: the command is wedged: its last progress was \d+ ms ago, .*; state S, .*its stderr ended: waiting$/gmu;
    expect(stderr.match(verdict)).toHaveLength(2);
    const { terms } = documentIn("history", (await sandbox.run(["history", "orders", "--json"])).stdout);
    expect(terms.map(({ epoch, releaseReason }) => [epoch, releaseReason])).toEqual([
      [1, "failed"],
      [2, "failed"],
    ]);
  });

  test("takes it from the configuration, for one lease or all; a file is meant from where it was written", async () => {
    const sandbox = new Sandbox();
    const configuration = {
      progress: { from: "file:beat", deadline: "1m" },
      leases: { orders: { progress: { from: "pipe", deadline: "500ms", grace: 0 } } },
    };
    writeFileSync(join(sandbox.directory, "tenure.config.json"), JSON.stringify(configuration));
    expect((await sandbox.run(["run", "orders", ...hangs])).stderr).toContain("the command is wedged");
    const shown = await sandbox.json(["config", "show", "other", "--origin"], { TENURE_GRACE: "3m" });
    expect(shown["settings"]).toMatchObject({
      "progress.from": { value: `file:${join(sandbox.directory, "beat")}` },
      "progress.deadline": { value: "1m", origin: { where: expect.stringMatching(/json progress\.deadline$/u) } },
      "progress.grace": { value: "3m", origin: { where: "TENURE_GRACE" } },
    });
  });

  test.each([
    [["--progress", "socket"], {}, 64, "pipe, file:PATH or http:URL"],
    [["--progress", "file:"], {}, 64, "pipe, file:PATH or http:URL"],
    [["--progress", "http:nowhere"], {}, 64, "pipe, file:PATH or http:URL"],
    [["--progress", "pipe", "--progress-deadline", "soon"], {}, 64, "soon"],
    [["--progress-deadline", "5s"], {}, 64, "of use only with --progress"],
    [["--grace", "5s"], {}, 64, "of use only with --progress"],
    [["--progress", "pipe", "--progress-deadline", "99ms"], {}, 78, "at least 100 ms, not 99"],
    [[], { TENURE_PROGRESS: "socket" }, 78, "TENURE_PROGRESS: progress is reported by pipe, file:PATH or http:URL"],
    [[], { TENURE_PROGRESS_DEADLINE: "soon" }, 78, "TENURE_PROGRESS_DEADLINE"],
  ])("refuses %j %j with %i, and leads for none", async (flags, env, exitCode, words) => {
    const sandbox = new Sandbox();
    const { code, stderr } = await sandbox.run(["run", "orders", ...flags, "--", "true"], env);
    expect(code).toBe(exitCode);
    expect(stderr).toContain(words);
    expect(documentIn("history", (await sandbox.run(["history", "--json"])).stdout).terms).toEqual([]);
  });

  test.each([{ from: "socket" }, { deadline: "soon" }, { graceMs: 5 }])(
    "refuses %j in the configuration with 78, and names the key",
    async (progress) => {
      const sandbox = new Sandbox();
      writeFileSync(join(sandbox.directory, "tenure.config.json"), JSON.stringify({ progress }));
      const { code, stderr } = await sandbox.run(["run", "orders", "--", "true"]);
      expect(code).toBe(78);
      expect(stderr).toContain("tenure.config.json: progress");
    },
  );
});
