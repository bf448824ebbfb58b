import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
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
});
