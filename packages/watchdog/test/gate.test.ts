import { execFileSync, spawnSync } from "node:child_process";
import { chownSync, existsSync, readFileSync } from "node:fs";
import type { ProcessIdentity } from "@tenure/schema";
import { describe, expect, test } from "vitest";
import { Place, type Runner } from "./support/runner.ts";

function works(...[file = "", ...args]: readonly string[]): boolean {
  return spawnSync(file, args, { stdio: "ignore" }).status === 0;
}

const printEnvironment = ["-e", `console.log("env", JSON.stringify(process.env))`];

describe("the command's environment", () => {
  test("is left as it is, whatever the gate calls its own variables", async () => {
    const env = { word: "mine", pid: "mine", rest: "mine" };
    const runner = new Place().run({ command: process.execPath, args: printEnvironment, env });
    const seen = JSON.parse(await runner.line("env")) as Record<string, string>;
    expect(seen).toMatchObject(env);
    const added = Object.keys(seen).filter((name) => process.env[name] === undefined && !(name in env));
    expect(
      added.filter((name) => !name.startsWith("LEASE_") && !["PWD", "OLDPWD", "SHLVL", "_"].includes(name)),
    ).toEqual([]);
    expect(await runner.exited).toBe(0);
  });

  test("loses no name of which nothing is said", async () => {
    const env = { "some-name": "1", "other.name": "2" };
    const runner = new Place().run({ command: process.execPath, args: printEnvironment, env });
    const seen = JSON.parse(await runner.line("env")) as Record<string, string>;
    expect(await runner.exited).toBe(0);
    const lost = Object.keys(env).filter((name) => seen[name] === undefined);
    const warnings = runner.told.filter(({ type }) => type === "test.warning").map(({ message }) => message);
    expect(warnings).toEqual(lost.length === 0 ? [] : [expect.stringContaining(lost.join(", "))]);
  });
});

// No limit of processes holds for root.
const user = process.getuid?.() === 0 ? 54_321 : null;
const wrapper = user === null ? [] : ["setpriv", "--reuid", `${user}`, "--regid", `${user}`, "--clear-groups"];
const canLimit = works("prlimit", "true") && works(...wrapper, process.execPath, "--version");

const threadsOf = (pid: number): number =>
  Number(/^Threads:\s*(?<count>\d+)$/mu.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.groups?.["count"]);

test.skipIf(!canLimit).each([
  ["none", () => 1],
  ["no second one", (runner: Runner) => threadsOf(runner.pid) + 2],
])(
  "W9 a command whose guard gets %s of its two processes is not run, and that is told (needs prlimit)",
  async (_, most) => {
    const place = new Place();
    if (user !== null) chownSync(place.directory, user, user);
    const runner = place.run({ command: "touch", args: [place.path("ran")], holdRecording: true, wrapper });
    const { child } = await runner.event("test.recording");
    const limit = ["prlimit", "--pid", `${(child as ProcessIdentity).pid}`, `--nproc=${most(runner)}`];
    const [file = "", ...args] = [...wrapper, ...limit];
    execFileSync(file, args);
    runner.order({ recorded: true });
    expect(await runner.outcome()).toMatchObject({ how: "not-started", message: expect.stringContaining("ulimit -u") });
    expect(await runner.exited).toBe(126);
    expect(runner.told).toContainEqual({ type: "test.released", reason: "failed" });
    expect(existsSync(place.path("ran"))).toBe(false);
  },
);

const asInit = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"];

test.skipIf(!works(...asInit, "true"))(
  "a runner that is process 1 says once what that costs (needs root)",
  async () => {
    const policy = { restart: "on-failure", burst: 1, backoffMs: 1, onExhausted: "stop" } as const;
    const runner = new Place().run({ command: "false", wrapper: asInit, policy });
    expect(await runner.exited).toBe(1);
    const warnings = runner.told.filter(({ type }) => type === "test.warning");
    expect(warnings).toMatchObject([{ message: expect.stringContaining("--init") }]);
  },
);
