import { execFile } from "node:child_process";
import { symlinkSync } from "node:fs";
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

test("the script is one that bash takes, and it completes verbs, options and lease names", async () => {
  const sandbox = new Sandbox();
  await sandbox.json(["acquire", "orders", "--no-process"]);
  symlinkSync(COMMAND, join(sandbox.directory, "tenure"));
  const script = `
    _get_comp_words_by_ref() { cur=\${COMP_WORDS[COMP_CWORD]}; prev=\${COMP_WORDS[COMP_CWORD-1]}; words=("\${COMP_WORDS[@]}"); cword=$COMP_CWORD; }
    source <(tenure completion bash)
    ask() { COMP_WORDS=(tenure "$@"); COMP_CWORD=$(($# )); COMPREPLY=(); __tenure_complete 2>/dev/null; echo "\${COMPREPLY[*]}"; }
    ask acq; ask status or; ask renew orders --ep`;
  const env = { ...sandbox.env, PATH: `${sandbox.directory}:${sandbox.env["PATH"]}` };
  const { stdout } = await promisify(execFile)("bash", ["-c", script], { env });
  const [verbs, names, options] = stdout.split("\n");
  expect(verbs).toContain("acquire");
  expect(names).toContain("orders");
  expect(options).toContain("--epoch");
});

test("after -- the shell completes file names itself", async () => {
  const { stdout } = await new Sandbox().run(["complete", "--", "run", "orders", "--", "l"]);
  expect(stdout).toBe(":0\n");
});

test("two dashes that are still being typed are the beginning of an option", async () => {
  const { stdout } = await new Sandbox().run(["complete", "--", "status", "--"]);
  expect(stdout).toMatch(/^--json\t/mu);
});
