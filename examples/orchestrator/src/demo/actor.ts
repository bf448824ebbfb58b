import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** One orchestrator, as a process of its own. */
export interface Actor {
  readonly name: string;
  /** Resolves with the next line that matches and that nobody was given before; rejects when the process ends first. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  /** The same, and nothing that was said until now counts. */
  saysAnew(pattern: RegExp): Promise<RegExpExecArray>;
  signal(signal: NodeJS.Signals): void;
  readonly ended: Promise<void>;
}

export interface Stage {
  /** Where the state is left behind. */
  readonly stateDirectory: string;
  readonly floorDirectory: string;
  readonly ledgerPath: string;
  /** Hears every line, before whoever waits for it. */
  readonly onLine: (actor: string, line: string) => void;
}

const program = fileURLToPath(new URL("../orchestrator.js", import.meta.url));
const onStage = new Set<ChildProcess>();

// Nobody is left behind, however the demo ends; a stopped process heeds nothing but SIGKILL.
process.on("exit", () => {
  for (const child of onStage) child.kill("SIGKILL");
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));

export function enter(name: string, stage: Stage): Actor {
  const { stateDirectory, floorDirectory, ledgerPath, onLine } = stage;
  const places = ["--dir", stateDirectory, "--floor-dir", floorDirectory, "--ledger", ledgerPath];
  const child = spawn(process.execPath, [program, ...places, "--holder", name], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onStage.add(child);

  const unheard: string[] = [];
  const listeners = new Set<() => void>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    onLine(name, line);
    unheard.push(line);
    for (const listen of listeners) listen();
  });
  const ended = new Promise<void>((resolve) => {
    child.once("close", () => {
      onStage.delete(child);
      resolve();
      for (const listen of listeners) listen();
    });
  });

  const says: Actor["says"] = (pattern) =>
    new Promise((resolve, reject) => {
      const listen = (): void => {
        const index = unheard.findIndex((line) => pattern.test(line));
        if (index < 0 && onStage.has(child)) return;
        listeners.delete(listen);
        const match = pattern.exec(unheard[index] ?? "");
        unheard.splice(0, index + 1);
        if (match === null) reject(new Error(`${name} ended before it said ${pattern}`));
        else resolve(match);
      };
      listeners.add(listen);
      listen();
    });

  return {
    name,
    says,
    saysAnew: (pattern) => {
      unheard.length = 0;
      return says(pattern);
    },
    signal: (signal) => void child.kill(signal),
    ended,
  };
}
