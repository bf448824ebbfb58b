import { execFileSync, spawnSync } from "node:child_process";
import { onTestFinished, expect, test } from "vitest";
import { COMMAND, Sandbox } from "./sandbox.ts";

const hasTerminal = spawnSync("tmux", ["-V"]).status === 0;
const COLUMNS = 100;

/** A real terminal of its own, in which `tenure watch` runs. */
function terminal(sandbox: Sandbox): { readonly screen: () => string[]; readonly press: (key: string) => void } {
  const tmux = (...args: readonly string[]): string =>
    execFileSync("tmux", ["-f", "/dev/null", "-S", `${sandbox.directory}/tmux`, ...args], {
      encoding: "utf8",
      env: { ...sandbox.env, LANG: "C.UTF-8", TERM: "xterm" },
    });
  const watching = `"${process.execPath}" "${COMMAND}" watch; echo "left with $?"; cat`;
  tmux("new-session", "-d", "-x", String(COLUMNS), "-y", "20", watching);
  onTestFinished(() => void tmux("kill-server"));
  return {
    screen: () => tmux("capture-pane", "-p").split("\n"),
    press: (key) => void tmux("send-keys", key),
  };
}

test.skipIf(!hasTerminal)(
  "tenure watch fills a terminal to its last column, and q gives it back (needs tmux)",
  async () => {
    const sandbox = new Sandbox();
    await sandbox.json(["acquire", "orders", "--holder", "worker-a", "--no-process", "--ttl", "1h"]);
    const { screen, press } = terminal(sandbox);
    const ruler = (): string | undefined => screen().find((line) => line.includes(" ago "));
    await expect.poll(() => ruler() ?? "", { timeout: 20_000 }).toMatch(/now$/u);
    expect(ruler()).toHaveLength(COLUMNS);
    expect(screen()).toContainEqual("q to leave");
    press("q");
    await expect.poll(screen, { timeout: 20_000 }).toContainEqual("left with 0");
    expect(screen().join("\n")).not.toContain("q to leave");
  },
);
