import { execFile } from "node:child_process";
import { existsSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { COMMAND, Sandbox } from "./sandbox.ts";

test.each(["bash", "zsh", "fish", "powershell"])("prints a script for %s", async (shell) => {
  const { code, stdout } = await new Sandbox().run(["completion", shell]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/tenure complete .?--/u);
});

test("prints it as a document with --json", async () => {
  const sandbox = new Sandbox();
  const { stdout } = await sandbox.run(["completion", "bash"]);
  expect(await sandbox.json(["completion", "bash"])).toEqual({ shell: "bash", script: stdout });
});

/** A bash with nothing but the script, which answers what a key would complete. */
async function inBash(sandbox: Sandbox, ...lines: readonly string[]): Promise<readonly string[]> {
  symlinkSync(COMMAND, join(sandbox.directory, "tenure"));
  const script = `
    set -u
    source <(tenure completion bash)
    ask() { COMP_WORDS=(tenure "$@"); COMP_CWORD=$#; COMPREPLY=(); __tenure_complete; echo "\${COMPREPLY[*]}"; }
    ${lines.join("\n")}`;
  const env = { ...sandbox.env, PATH: `${sandbox.directory}:${sandbox.env["PATH"]}` };
  const { stdout, stderr } = await promisify(execFile)("bash", ["--norc", "-c", script], {
    env,
    cwd: sandbox.directory,
  });
  expect(stderr).toBe("");
  return stdout.trimEnd().split("\n");
}

test("in bash without any package it completes verbs, options and lease names, also when it was read twice", async () => {
  const sandbox = new Sandbox();
  await sandbox.json(["acquire", "orders", "--no-process"]);
  expect(
    await inBash(
      sandbox,
      "source <(tenure completion bash)",
      "ask acq",
      "ask status or",
      "ask renew orders --ep",
      "ask help ru",
    ),
  ).toEqual(["acquire", "orders", "--epoch", "run"]);
});

test("what is typed in bash is not run before it is entered", async () => {
  const sandbox = new Sandbox();
  await inBash(sandbox, "ask status '$(touch evaluated)' ''", "ask status '`touch evaluated`' ''");
  expect(existsSync(join(sandbox.directory, "evaluated"))).toBe(false);
});

test("in bash the names of files are completed where a file is asked for", async () => {
  const sandbox = new Sandbox();
  expect(await inBash(sandbox, "complete -p tenure")).toEqual(["complete -o default -F __tenure_complete tenure"]);
});

test("what takes a file leaves it to the shell", async () => {
  const sandbox = new Sandbox();
  for (const words of [
    ["diagnose", "/et"],
    ["status", "--dir", "/tm"],
    ["adopt", ""],
  ])
    expect((await sandbox.run(["complete", "--", ...words])).stdout).toBe(":0\n");
  expect((await sandbox.run(["complete", "--", "no-such-verb"])).stdout).toBe(":4\n");
});

test("after -- the shell completes file names itself", async () => {
  const { stdout } = await new Sandbox().run(["complete", "--", "run", "orders", "--", "l"]);
  expect(stdout).toBe(":0\n");
});

test("two dashes that are still being typed are the beginning of an option", async () => {
  const { stdout } = await new Sandbox().run(["complete", "--", "status", "--"]);
  expect(stdout).toMatch(/^--json\t/mu);
});
