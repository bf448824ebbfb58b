import { execFile } from "node:child_process";
import { promisify } from "node:util";

const warned = new Set<string>();

/** The guard of each run is nobody's child, so it falls to process 1; Node reaps only children of its own. */
export function warnOfProcessOne(): void {
  if (process.pid !== 1) return;
  const advice = "Start the container with an init (docker run --init; in Kubernetes shareProcessNamespace: true)";
  warn(
    `this is process 1 of its container and no init: each run leaves a zombie, up to the limit of processes. ${advice}`,
  );
}

/** Some shells (dash, not bash) drop variables they could not name themselves; the one that a command is started by is asked. */
export async function warnOfLostNames(env: NodeJS.ProcessEnv): Promise<void> {
  const odd = Object.keys(env).filter((name) => env[name] !== undefined && !/^[A-Za-z_]\w*$/u.test(name));
  if (odd.length === 0) return;
  const handed = Object.fromEntries(odd.map((name) => [name, env[name]]));
  const ask = promisify(execFile)("/bin/sh", ["-c", "exec /usr/bin/env"], { env: handed, maxBuffer: 2 ** 24 });
  // A shell that does not even do this starts no command either, which is told there.
  const answer = await ask.catch(() => null);
  const lost = answer === null ? [] : odd.filter((name) => !`\n${answer.stdout}`.includes(`\n${name}=`));
  if (lost.length === 0) return;
  warn(`/bin/sh drops these variables from the command's environment, since it cannot name them: ${lost.join(", ")}`);
}

/** Once a process, however many runs it has. */
function warn(message: string): void {
  if (warned.has(message)) return;
  warned.add(message);
  process.emitWarning(message, "TenureWarning");
}
