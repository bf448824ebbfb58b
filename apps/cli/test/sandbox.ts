import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** The built command: tests see what users get. */
export const COMMAND: string = fileURLToPath(new URL("../dist/tenure.cjs", import.meta.url));

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

type Env = Readonly<Record<string, string>>;

/** A place of its own for one test: home, state and floor, and no setting of the machine's. */
export class Sandbox {
  readonly directory: string = mkdtempSync(join(tmpdir(), "tenure-cli-"));
  readonly state: string = join(this.directory, "state");
  readonly env: Env;
  readonly #started: Running[] = [];

  constructor() {
    this.env = {
      PATH: process.env["PATH"] ?? "",
      HOME: this.directory,
      TZ: "UTC",
      TENURE_DIR: this.state,
      TENURE_FLOOR_DIR: join(this.directory, "floors"),
    };
    onTestFinished(async () => {
      await Promise.all(this.#started.map((running) => running.end()));
      rmSync(this.directory, { recursive: true, force: true });
    });
  }

  /** Runs `tenure` to its end. */
  async run(args: readonly string[], env: Env = {}): Promise<Ended> {
    return await this.start(args, env).ended;
  }

  /** Runs `tenure … --json`, which must end well, and reads its document. */
  async json(args: readonly string[], env: Env = {}): Promise<Record<string, never>> {
    const { code, stdout, stderr } = await this.run([...args, "--json"], env);
    if (code !== 0) throw new Error(`tenure ${args.join(" ")} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout) as Record<string, never>;
  }

  start(args: readonly string[], env: Env = {}): Running {
    return this.startProcess(process.execPath, [COMMAND, ...args], env);
  }

  startProcess(command: string, args: readonly string[], env: Env = {}): Running {
    const running = new Running(command, args, this.directory, { ...this.env, ...env });
    this.#started.push(running);
    return running;
  }
}

/** A regular expression is one. */
export interface LinePattern {
  test(line: string): boolean;
  toString(): string;
}

/** A process under way; its output is read line by line as it comes. */
export class Running {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly ended: Promise<Ended>;
  readonly #lines: string[] = [];
  #stdout = "";
  #stderr = "";
  #waiting: (() => void)[] = [];

  constructor(command: string, args: readonly string[], cwd: string, env: Env) {
    this.child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    this.child.stdout.on("data", (chunk) => (this.#stdout += String(chunk)));
    this.child.stderr.on("data", (chunk) => (this.#stderr += String(chunk)));
    for (const stream of [this.child.stdout, this.child.stderr])
      createInterface({ input: stream }).on("line", (line) => {
        this.#lines.push(line);
        for (const tell of this.#waiting.splice(0)) tell();
      });
    this.ended = once(this.child, "close").then(([code, signal]) => {
      const number = code === null ? 128 + constants.signals[signal as NodeJS.Signals] : Number(code);
      return { code: number, stdout: this.#stdout, stderr: this.#stderr };
    });
  }

  /** Those that came so far, of either output. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** The first line, past or to come, of either output that matches; fails when the process ends without one. */
  async line(pattern: LinePattern): Promise<string> {
    for (let over = false; ;) {
      const found = this.#lines.find((line) => pattern.test(line));
      if (found !== undefined) return found;
      if (over) throw new Error(`no line ${String(pattern)} in:\n${this.#stdout}${this.#stderr}`);
      const more = new Promise<boolean>((resolve) => this.#waiting.push(() => resolve(false)));
      over = await Promise.race([more, this.ended.then(() => true)]);
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async end(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill("SIGKILL");
    await this.ended;
  }
}
