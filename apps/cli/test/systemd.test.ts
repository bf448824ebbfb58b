import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { COMMAND, Sandbox } from "./sandbox.ts";

const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;

/** The words of its command line, read by rules of our own. */
function wordsOf(unit: string): string[] {
  const line = /^ExecStart=(.*)$/mu.exec(unit)?.[1] ?? "";
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/gu)].map(([, quoted, bare = ""]) =>
    (quoted ?? bare)
      .replaceAll(/\\(?:u([\da-f]{4})|(.))/gu, (_, code: string | undefined, own: string) =>
        code === undefined ? own : String.fromCharCode(Number.parseInt(code, 16)),
      )
      .replaceAll("%%", "%")
      .replaceAll("$$", "$"),
  );
}

describe("tenure systemd", () => {
  const hostile = ["a b", "$HOME", "%n", '"', "\\", "'", ";", "line\nline", "", "\u007f", "é"];

  test("prints a unit that runs this very tenure and hands every argument on as it is", async () => {
    const sandbox = new Sandbox();
    const { code, stdout } = await sandbox.run(["systemd", "orders", "--", "sh", ...hostile]);
    expect(code).toBe(0);
    const sh = execFileSync("sh", ["-c", "command -v sh"], { encoding: "utf8" }).trim();
    const run = ["run", "orders", "--dir", sandbox.state, "--restart", "on-failure", "--", sh, ...hostile];
    expect(wordsOf(stdout)).toEqual([process.execPath, COMMAND, ...run]);
    expect(stdout).not.toContain("StateDirectory");
    const json = await sandbox.run(["systemd", "orders", "--json", "--", "sh", ...hostile]);
    expect(JSON.parse(json.stdout)).toEqual({ unit: stdout });
  });

  test("keeps the state in systemd's own folder where no other is set", async () => {
    const sandbox = new Sandbox();
    const { stdout } = await sandbox.run(["systemd", "orders", "--user", "app", "--", "true"], { TENURE_DIR: "" });
    expect(stdout).toContain(
      "\nUser=app\nStateDirectory=tenure\nStateDirectoryMode=0700\nEnvironment=TENURE_DIR=%S/tenure\n",
    );
  });

  test("refuses what makes no unit", async () => {
    const sandbox = new Sandbox();
    expect((await sandbox.run(["systemd", "orders"])).code).toBe(64);
    expect((await sandbox.run(["systemd", "orders", "--user", "a\nb", "--", "true"])).code).toBe(64);
    expect((await sandbox.run(["systemd", "../x", "--", "true"])).code).toBe(64);
    expect((await sandbox.run(["systemd", "orders", "--", "no-such-command"])).code).toBe(127);
  });

  test.skipIf(!hasSystemd)("systemd accepts it (skipped only where there is no systemd-analyze)", async () => {
    const sandbox = new Sandbox();
    for (const dir of [sandbox.state, ""]) {
      const { stdout } = await sandbox.run(["systemd", "orders", "--", "sh", ...hostile], { TENURE_DIR: dir });
      const path = join(sandbox.directory, "orders.service");
      writeFileSync(path, stdout);
      const { status, stdout: out, stderr } = spawnSync("systemd-analyze", ["verify", path], { encoding: "utf8" });
      expect({ status, said: `${out}${stderr}`.split("\n").filter((line) => line.includes("orders")) }).toEqual({
        status: 0,
        said: [],
      });
    }
  });

  test.skipIf(!hasSystemd)("every example of its help runs as it is printed (skipped as above)", async () => {
    const sandbox = new Sandbox();
    const { stdout: help } = await sandbox.run(["systemd", "--help"]);
    const examples = help.slice(help.indexOf("Examples:")).match(/^ {2}tenure (?:.*\\\n)*.*$/gmu) ?? [];
    expect(examples).toHaveLength(2);
    const program = (path: string, text: string): void => writeFileSync(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    const [app, units] = [join(sandbox.directory, "app"), join(sandbox.directory, "units")];
    for (const directory of [app, units]) mkdirSync(directory);
    program(join(sandbox.directory, "tenure"), `exec '${process.execPath}' '${COMMAND}' "$@"`);
    for (const directory of [app, sandbox.directory]) program(join(directory, "serve"), "exec sleep 60");
    const env = { PATH: `${sandbox.directory}:${sandbox.env["PATH"] ?? ""}` };
    for (const example of examples) {
      // The places of the machine itself are not the test's to write to.
      const line = example.replace("/srv/app", app).replace("/etc/systemd/system", units);
      const { code, stderr } = await sandbox.startProcess("sh", ["-c", line], env).ended;
      const said = stderr.split("\n").filter((each) => /orders|Failed/u.test(each));
      expect({ example, code, said }).toEqual({ example, code: 0, said: [] });
    }
    expect(readFileSync(join(units, "orders.service"), "utf8")).toContain("\nUser=app\n");
  });
});
