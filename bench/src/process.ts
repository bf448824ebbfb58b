import { type ChildProcess, fork, spawn } from "node:child_process";
import { closeSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The built command. */
export const cli: string = fileURLToPath(new URL("../../apps/cli/dist/tenure.cjs", import.meta.url));

/** What a child tells: what happened, and when by the machine's clock. */
export interface Told {
  readonly say: string;
  readonly atMs: number;
  readonly data?: unknown;
}

/** A child of the benchmark that speaks by messages. */
export interface Child {
  readonly pid: number;
  tell(message: string): void;
  /** The next message of this kind; each is handed out once. Rejects when the child ends first. */
  heard(say: string): Promise<Told>;
  signal(signal: NodeJS.Signals): void;
  /** Ends it, whatever its state, and waits until it is gone. */
  end(): Promise<void>;
}

const living = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of living) child.kill("SIGKILL");
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));

/** Corporate certificate bundles cost Node 20 tens of milliseconds a start; they are nobody's figure. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS: _, NODE_OPTIONS: __, ...rest } = process.env;
  return { ...rest, NO_COLOR: "1" };
}

/** Starts `children/<name>.js`. */
export function startChild(name: string, args: readonly string[]): Child {
  const path = fileURLToPath(new URL(`children/${name}.js`, import.meta.url));
  const child = fork(path, args, { env: cleanEnvironment(), stdio: ["ignore", "ignore", "inherit", "ipc"] });
  return track(child, `${name} ${args.join(" ")}`);
}

/** Starts `node` with these arguments and without a message channel, so that its memory is only its own. */
export function startBare(args: readonly string[], env: NodeJS.ProcessEnv = {}): Child {
  return startProgram(process.execPath, args, { env });
}

export interface ProgramOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** A descriptor for all it says; it is closed here. Default: what is said on stderr is shown. */
  readonly output?: number;
}

/** Starts any program, without a message channel. */
export function startProgram(file: string, args: readonly string[], { env, output }: ProgramOptions = {}): Child {
  const child = spawn(file, args, {
    env: { ...cleanEnvironment(), ...env },
    stdio: ["ignore", output ?? "ignore", output ?? "inherit"],
  });
  if (output !== undefined) closeSync(output);
  return track(child, `${file} ${args.join(" ")}`);
}

function track(child: ChildProcess, what: string): Child {
  living.add(child);
  const backlog: Told[] = [];
  const waiting = new Set<{ say: string; resolve: (told: Told) => void; reject: (error: Error) => void }>();
  const hear = (told: Told): void => {
    for (const waiter of waiting) {
      if (waiter.say !== told.say) continue;
      waiting.delete(waiter);
      return waiter.resolve(told);
    }
    backlog.push(told);
  };
  child.on("message", (message) => hear(message as Told));
  const ended = new Promise<void>((resolve) => {
    child.once("exit", (code, signal) => {
      living.delete(child);
      for (const { reject, say } of waiting) reject(new Error(`${what} ended (${code ?? signal}) before "${say}"`));
      waiting.clear();
      resolve();
    });
  });
  return {
    pid: child.pid ?? 0,
    tell: (message) => void child.send(message),
    heard(say) {
      const index = backlog.findIndex((told) => told.say === say);
      const [told] = index < 0 ? [] : backlog.splice(index, 1);
      if (told !== undefined) return Promise.resolve(told);
      if (!living.has(child)) return Promise.reject(new Error(`${what} has ended without "${say}"`));
      return new Promise((resolve, reject) => waiting.add({ say, resolve, reject }));
    },
    signal: (signal) => void child.kill(signal),
    async end() {
      if (living.has(child)) child.kill("SIGKILL");
      await ended;
    },
  };
}
