import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { documentIn } from "./documents.ts";
import { COMMAND, Sandbox, type Running } from "./sandbox.ts";

const hasTerminal = spawnSync("tmux", ["-V"]).status === 0;

async function led(sandbox: Sandbox): Promise<Running> {
  const run = sandbox.start(["run", "orders", "--ttl", "3s", "-v", "--", "sleep", "600"]);
  await run.line(/started process/u);
  return run;
}

describe("tenure doctor --watch", () => {
  test("in a pipe tells what is found, what is new and what is gone, a line each", async () => {
    const sandbox = new Sandbox();
    await led(sandbox);
    const watching = sandbox.start(["doctor", "--watch"]);
    await watching.line(/^\S+Z well$/u);
    chmodSync(sandbox.state, 0o755);
    await watching.line(/^\S+Z warning: place-unfit: .*; to mend it: /u);
    chmodSync(sandbox.state, 0o700);
    await watching.line(/^\S+Z gone: place-unfit: /u);
    watching.signal("SIGTERM");
    expect(await watching.ended).toMatchObject({ code: 143, stderr: "" });
  });

  test("as documents tells each change", async () => {
    const sandbox = new Sandbox();
    await led(sandbox);
    const watching = sandbox.start(["doctor", "--watch", "--json"]);
    expect(documentIn("doctor", await watching.line(/\{/u))).toEqual({ level: "well", findings: [] });
    chmodSync(sandbox.state, 0o755);
    const changed = documentIn("doctor", await watching.line(/place-unfit/u));
    expect(changed.level).toBe("warning");
  });

  test.skipIf(!hasTerminal)("in a terminal follows its size, and gives it back on Ctrl-C (needs tmux)", async () => {
    const sandbox = new Sandbox();
    await led(sandbox);
    const tmux = (...args: readonly string[]): string =>
      execFileSync("tmux", ["-f", "/dev/null", "-S", `${sandbox.directory}/tmux`, ...args], {
        encoding: "utf8",
        env: { ...sandbox.env, LANG: "C.UTF-8", TERM: "xterm" },
      });
    const watching = `"${process.execPath}" "${COMMAND}" doctor --watch; echo "left with $?"; stty -a; cat`;
    tmux("new-session", "-d", "-x", "80", "-y", "24", watching);
    onTestFinished(() => void tmux("kill-server"));
    const screen = (): string => tmux("capture-pane", "-p");
    await expect
      .poll(screen, { timeout: 20_000 })
      .toMatch(/^orders .*: well\n(?:.*\n)* *examined at .*; q to leave\n$/mu);
    expect(
      screen()
        .split("\n")
        .every((line) => line.length <= 80),
    ).toBe(true);
    tmux("resize-window", "-x", "40", "-y", "10");
    await expect.poll(() => screen().trimEnd().split("\n").length, { timeout: 20_000 }).toBe(10);
    tmux("resize-window", "-x", "80", "-y", "24");
    tmux("send-keys", "C-c");
    await expect.poll(screen, { timeout: 20_000 }).toMatch(/^left with 0\n(?:.*\n)*.* echo /mu);
    expect(screen()).not.toContain("q to leave");
  });
});

describe("tenure doctor --fix", () => {
  test("touches no folder that is no store, whatever is named, and in a store no file of others", async () => {
    const sandbox = new Sandbox();
    const [project, script] = [join(sandbox.directory, "project"), join(sandbox.directory, "project", "build.sh")];
    mkdirSync(project);
    writeFileSync(script, "");
    chmodSync(project, 0o775);
    chmodSync(script, 0o775);
    await sandbox.run(["doctor", "--fix", "--yes", "--dir", project]);
    expect([project, script].map((path) => statSync(path).mode & 0o777)).toEqual([0o775, 0o775]);
    chmodSync(project, 0o755);
    await sandbox.run(["run", "orders", "--dir", project, "--", "true"]);
    chmodSync(project, 0o755);
    expect((await sandbox.run(["doctor", "--fix", "--yes", "--dir", project])).stdout).toContain(
      `chmod 700 ${project}`,
    );
    expect(statSync(script).mode & 0o777).toBe(0o775);
  });

  test("says what is safe to mend and does it only when it is confirmed", async () => {
    const sandbox = new Sandbox();
    await sandbox.run(["run", "orders", "--", "true"]);
    const file = join(sandbox.state, "orders.json");
    const modes = (): number[] => [sandbox.state, file].map((path) => statSync(path).mode & 0o777);
    chmodSync(sandbox.state, 0o755);
    chmodSync(file, 0o666);
    const asked = await sandbox.run(["doctor", "--fix"]);
    expect(asked.stdout).toContain(`chmod 700 ${sandbox.state}`);
    expect(asked.stdout).toContain(`chmod 600 ${file}`);
    expect(modes()).toEqual([0o755, 0o666]);
    const { code, stdout } = await sandbox.run(["doctor", "--fix", "--yes", "--json"]);
    const { level, fixes } = documentIn("doctor", stdout);
    expect({ code, level }).toEqual({ code: 0, level: "well" });
    expect(fixes?.map(({ fix, done }) => ({ fix, done }))).toEqual([
      { fix: "narrow-folder", done: true },
      { fix: "narrow-file", done: true },
    ]);
    expect(modes()).toEqual([0o700, 0o600]);
    expect((await sandbox.run(["doctor", "--fix"])).stdout).toContain("nothing that is safe to mend");
    expect((await sandbox.run(["doctor", "--yes"])).code).toBe(64);
  });
});
