import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { constants } from "node:os";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { onTestFailed, onTestFinished } from "vitest";

export interface Started {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
}

export interface Ended {
  readonly code: number;
  readonly output: string;
}

/** A process under way, in a group of its own that ends with the test. Its output is read line by line as it comes. */
export class Running {
  readonly ended: Promise<Ended>;
  readonly lines: string[] = [];
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  over = false;
  #waiting: (() => void)[] = [];

  constructor([command = "", ...args]: readonly string[], { cwd, env }: Started) {
    this.#child = spawn(command, args, { cwd, env, detached: true, stdio: ["pipe", "pipe", "pipe"] });
    this.#child.stdin.on("error", () => {});
    for (const input of [this.#child.stdout, this.#child.stderr])
      createInterface({ input }).on("line", (line) => {
        this.lines.push(line);
        this.#look();
      });
    this.ended = new Promise((resolve, reject) => {
      this.#child.once("error", reject);
      this.#child.once("close", (code, signal) => {
        this.over = true;
        resolve({ code: code ?? 128 + constants.signals[signal ?? "SIGKILL"], output: this.lines.join("\n") });
        this.#look();
      });
    });
    onTestFailed(() => console.error([command, ...args, ...this.lines].join("\n")));
    onTestFinished(async () => {
      this.kill("SIGKILL");
      await this.ended;
    });
  }

  /** Of the process that was started: a wrapper's, where there is one. */
  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error("it did not start");
    return pid;
  }

  tell(order: string): void {
    this.#child.stdin.write(`${order}\n`);
  }

  /** To the whole group. */
  kill(signal: NodeJS.Signals): void {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    try {
      process.kill(-this.pid, signal);
    } catch {
      // All of it has ended.
    }
  }

  /** What `find` answers first, now or after a line to come; fails when the process ends without it. */
  async until<T>(find: (lines: readonly string[]) => T | undefined, what: string): Promise<T> {
    for (;;) {
      const over = this.over;
      const found = find(this.lines);
      if (found !== undefined) return found;
      if (over) throw new Error(`it ended without ${what}:\n${this.lines.join("\n")}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async line(pattern: RegExp): Promise<string> {
    return await this.until((lines) => lines.find((line) => pattern.test(line)), `a line ${pattern}`);
  }

  #look(): void {
    for (const look of this.#waiting.splice(0)) look();
  }
}
