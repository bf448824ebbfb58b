import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { LeaseInFile } from "../../src/old/lease-in-file.ts";

const COMMAND = fileURLToPath(new URL("../../../../apps/cli/dist/tenure.cjs", import.meta.url));

export interface Told {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The old lease and tenure side by side, in a folder of their own. Whatever is started there ends with the test. */
export class Pair {
  readonly directory: string = mkdtempSync(join(tmpdir(), "tenure-facts-"));
  readonly old: LeaseInFile = new LeaseInFile(this.at("state.json"));
  readonly state: string = this.at("state");
  readonly #started: ChildProcess[] = [];

  constructor() {
    onTestFinished(async () => {
      await Promise.all(this.#started.map(ended));
      rmSync(this.directory, { recursive: true, force: true });
    });
  }

  at(name: string): string {
    return join(this.directory, name);
  }

  tenure(...args: readonly string[]): Told {
    const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], {
      cwd: this.directory,
      env: this.#env,
      encoding: "utf8",
    });
    return { code: status, stdout, stderr };
  }

  /** The epoch of a lease that is acquired for nobody's process. */
  acquire(holder: string): number {
    return this.#acquire(holder, "--no-process", "--ttl", "1s");
  }

  /** The same, for a process. */
  acquireFor(holder: string, pid: number | undefined): number {
    return this.#acquire(holder, "--pid", String(pid), "--ttl", "5s");
  }

  #acquire(holder: string, ...more: readonly string[]): number {
    const { stdout, stderr } = this.tenure(
      "acquire",
      "orders",
      "--holder",
      holder,
      "--timeout",
      "20s",
      "--json",
      ...more,
    );
    if (stdout === "") throw new Error(stderr);
    return (JSON.parse(stdout) as { readonly epoch: number }).epoch;
  }

  startTenure(...args: readonly string[]): ChildProcess {
    return this.start([COMMAND, ...args]);
  }

  /** A program of Node in the folder. */
  start(args: readonly string[]): ChildProcess {
    const child = spawn(process.execPath, [...args], {
      cwd: this.directory,
      env: this.#env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#started.push(child);
    return child;
  }

  linesOf(name: string): readonly string[] {
    return existsSync(this.at(name)) ? readFileSync(this.at(name), "utf8").split("\n").filter(Boolean) : [];
  }

  get #env(): NodeJS.ProcessEnv {
    const { XDG_STATE_HOME: _, ...rest } = process.env;
    return { ...rest, HOME: this.directory, TENURE_DIR: this.state, TENURE_FLOOR_DIR: this.at("floors") };
  }
}

/** Ends it, and waits until it is gone. */
export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

/** Looks again and again: what other processes write to files tells nobody. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
}
