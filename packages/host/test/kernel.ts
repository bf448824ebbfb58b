import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess, SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, vi } from "vitest";
import type { TestContext } from "vitest";

const packageDirectory = fileURLToPath(new URL("..", import.meta.url));

/** Starts a real process; it and its group are killed when the test ends. */
export function start(command: readonly string[], options: SpawnOptions = {}): ChildProcess & { readonly pid: number } {
  const [file = "", ...args] = command;
  const child = spawn(file, args, { stdio: ["pipe", "pipe", "inherit"], ...options, detached: true });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${file} did not start`);
  onTestFinished(async () => {
    const ended = child.exitCode !== null || child.signalCode !== null;
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // The whole group has ended already.
    }
    if (!ended) await once(child, "exit");
  });
  return Object.assign(child, { pid });
}

/** Kills a started process and waits until it is reaped. */
export async function end(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}

/** A process that does nothing until it is killed. */
export function startIdle(options: SpawnOptions = {}): ChildProcess & { readonly pid: number } {
  return start(["sleep", "1000"], { stdio: "ignore", ...options });
}

/** The next line a started process prints, as JSON. */
export async function readLine<T>(child: ChildProcess): Promise<T> {
  if (child.stdout === null) throw new Error("its output is not read");
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) return JSON.parse(line) as T;
  throw new Error("the process ended without a line of output");
}

/**
 * Starts Node on a piece of JavaScript that uses the built package, inside whatever the wrapper makes (namespaces, limits).
 * `input` stands ready under that name; `print` answers with one line of JSON.
 */
export function startScript(
  script: string,
  {
    wrapper = [],
    input = null,
    env = {},
  }: { wrapper?: readonly string[]; input?: unknown; env?: NodeJS.ProcessEnv } = {},
): ChildProcess & { readonly pid: number } {
  if (!existsSync(`${packageDirectory}/dist/index.js`)) throw new Error("run `npm run build` first");
  const code = [
    `import * as host from "@tenure/host";`,
    `import { spawn } from "node:child_process";`,
    `import { once } from "node:events";`,
    `import * as fs from "node:fs";`,
    `const input = ${JSON.stringify(input)};`,
    `const print = (value) => fs.writeSync(1, JSON.stringify(value) + "\\n");`,
    script,
  ].join("\n");
  const command = [...wrapper, process.execPath, "--input-type=module", "-e", code];
  return start(command, { cwd: packageDirectory, env: { ...process.env, NODE_OPTIONS: "", ...env } });
}

/** What such a script prints first. */
export async function runScript<T>(script: string, options: Parameters<typeof startScript>[1] = {}): Promise<T> {
  return await readLine<T>(startScript(script, options));
}

/** Skips the test, with a reason, where the command that makes its world does not work. */
export function need(context: TestContext, what: string, probe: readonly string[]): void {
  const [file = "", ...args] = probe;
  if (spawnSync(file, args, { stdio: "ignore", timeout: 20_000 }).status !== 0) context.skip(`needs ${what}`);
}

export const newPidNamespace = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"];

/** Waits for a state of the kernel that sends no event. */
export async function eventually<T>(ask: () => T, expected: T): Promise<void> {
  await vi.waitFor(() => expect(ask()).toEqual(expected), { timeout: 20_000, interval: 5 });
}
