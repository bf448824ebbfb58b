import { spawn } from "node:child_process";

export interface Finished {
  readonly output: string;
  readonly errorOutput: string;
}

const LIMIT_MS = 120_000;

/** Runs a command to a good end, and throws with everything it printed when it ends badly or not at all. */
export async function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string | undefined>> },
): Promise<Finished> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, NO_COLOR: "1", ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: LIMIT_MS,
    killSignal: "SIGKILL",
  });
  let output = "";
  let errorOutput = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errorOutput += text));
  return await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) resolve({ output, errorOutput });
      else reject(new Error(`${[command, ...args].join(" ")} ended with ${code ?? signal}\n${output}${errorOutput}`));
    });
  });
}

/** Runs a script with one Node, as a user would: no loader, no flags, and its state in a folder of its own. */
export function runNode(node: string, args: readonly string[], cwd: string): Promise<Finished> {
  return run(node, args, {
    cwd,
    env: { TENURE_DIR: cwd, XDG_STATE_HOME: cwd, NODE_OPTIONS: "", NODE_ENV: undefined, VITEST: undefined },
  });
}
