import { execFileSync, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { processOf, processState, scanProcesses, signalProcess } from "@tenure/host";
import type { ProcessIdentity, Timing } from "@tenure/schema";
import type { ProgressOptions, RestartPolicy } from "@tenure/watchdog";
import { onTestFinished } from "vitest";

const script = fileURLToPath(new URL("runner.mjs", import.meta.url));

/** Long enough that nothing runs out by itself on a machine that is busy elsewhere. */
export const timing: Timing = {
  leaseDurationMs: 120_000,
  renewDeadlineMs: 60_000,
  renewIntervalMs: 10_000,
  requestTimeoutMs: 5_000,
  stopTimeoutMs: 20_000,
  lockDelayMs: 0,
  jitterFactor: 1.2,
  toleratedMissedRenewals: 2,
  clockRateError: 0.01,
  clockGranularityMs: 20,
};

export interface RunnerOptions {
  /** What starts the runner, and ends as it. Default: nothing does. */
  readonly wrapper?: readonly string[];
  readonly command: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly stopTimeoutMs?: number;
  readonly wait?: false;
  readonly timing?: Timing;
  readonly policy?: Partial<RestartPolicy>;
  readonly progress?: ProgressOptions;
  /** Another holds the lease, for good. */
  readonly held?: boolean;
  /** Recording the child takes until `{ recorded: true }` is sent. */
  readonly holdRecording?: boolean;
  /** More environment than the system takes. */
  readonly hugeEnvironment?: boolean;
  /** Nobody reads the runner's standard error: what is written there fails. */
  readonly unread?: boolean;
  /** SIGKILL does nothing to anybody. */
  readonly immortal?: boolean;
  /** Why: the system does not let it be sent. */
  readonly refusal?: string;
}

export interface Told {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** One place where leases are kept. Whatever was started under one of them is ended when the test is over. */
export class Place {
  readonly directory: string = mkdtempSync(join(tmpdir(), "tenure-run-"));
  readonly storeId: string = this.directory.replaceAll(/\W/gu, "-");
  readonly #runners: Runner[] = [];
  readonly #hidden: ProcessIdentity[] = [];

  constructor() {
    onTestFinished(async () => {
      for (const runner of this.#runners) runner.kill("SIGKILL");
      await Promise.all(this.#runners.map((runner) => runner.exited));
      for (const { process } of scanProcesses({ matchEnv: { LEASE_STORE_ID: this.storeId } })) {
        signalProcess(process, "SIGKILL");
      }
      for (const process of this.#hidden) signalProcess(process, "SIGKILL");
      rmSync(this.directory, { recursive: true, force: true });
    });
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  /** What a process reads from waits until it is written to. */
  fifo(): string {
    execFileSync("mkfifo", [this.path("fifo")]);
    return this.path("fifo");
  }

  run(options: RunnerOptions): Runner {
    const state = this.path("state.json");
    const runner = new Runner({
      timing,
      name: "main",
      state,
      storeId: this.storeId,
      directory: this.directory,
      ...options,
    });
    this.#runners.push(runner);
    return runner;
  }

  /** Ends it with the test, though nothing shows where it was started. */
  adopt(hidden: ProcessIdentity): ProcessIdentity {
    this.#hidden.push(hidden);
    return hidden;
  }

  /** Living processes started under any term here. */
  living(): ProcessIdentity[] {
    return [...scanProcesses({ matchEnv: { LEASE_STORE_ID: this.storeId } })].map(({ process }) => process);
  }

  /** What an earlier holder would have written. */
  record(record: object): void {
    writeFileSync(this.path("state.json"), JSON.stringify(record));
  }

  recordedChild(): ProcessIdentity | null {
    return (JSON.parse(readFileSync(this.path("state.json"), "utf8")) as { child: ProcessIdentity | null }).child;
  }
}

export class Runner {
  readonly told: Told[] = [];
  readonly lines: string[] = [];
  readonly exited: Promise<number | NodeJS.Signals | null>;
  readonly #process: ChildProcess;
  readonly #waiting = new Set<() => void>();

  constructor({ wrapper = [], unread = false, ...options }: RunnerOptions & Readonly<Record<string, unknown>>) {
    const [file, ...args] = [...wrapper, process.execPath, script, JSON.stringify(options)];
    const child = spawn(file, args, {
      stdio: ["ignore", "pipe", unread ? "pipe" : "inherit", "ipc"],
    });
    child.stderr?.destroy();
    this.#process = child;
    child.on("message", (event: Told) => {
      this.told.push(event);
      this.#look();
    });
    createInterface({ input: child.stdout as Readable }).on("line", (line) => {
      this.lines.push(line);
      this.#look();
    });
    this.exited = new Promise((resolve) => {
      child.once("exit", (code, signal) => {
        resolve(code ?? signal);
        this.#look();
      });
    });
  }

  get pid(): number {
    return this.#process.pid as number;
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  order(order: Readonly<Record<string, unknown>>): void {
    this.#process.send(order);
  }

  async event(type: string): Promise<Told> {
    return await this.#until(() => this.told.find((event) => event.type === type), `event ${type}`);
  }

  /** A line the command wrote, without its first word. */
  async line(first: string): Promise<string> {
    const line = await this.#until(() => this.lines.find((text) => text.startsWith(first)), `line ${first}`);
    return line.slice(first.length).trim();
  }

  /** Signals and orders come by different ways; this waits until the signal was handled. */
  async signalHandled(signal: NodeJS.Signals): Promise<void> {
    await this.#until(
      () => this.told.find((event) => event.type === "test.signal" && event["signal"] === signal),
      signal,
    );
  }

  async outcome(): Promise<Record<string, unknown>> {
    const { outcome } = await this.event("test.outcome");
    return outcome as Record<string, unknown>;
  }

  types(): string[] {
    return this.told.map(({ type }) => type);
  }

  async #until<Found>(find: () => Found | undefined, what: string): Promise<Found> {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      const { exitCode, signalCode } = this.#process;
      if (exitCode !== null && !this.#process.connected) {
        throw new Error(`no ${what}: the runner ended with ${exitCode ?? signalCode}: ${JSON.stringify(this.told)}`);
      }
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  #look(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }
}

export function identify(pid: string): ProcessIdentity {
  return processOf(Number(pid));
}

/** Resolves when the process is gone. That takes as long as it takes; the test's own limit bounds it. */
export async function gone(process: ProcessIdentity): Promise<void> {
  while (processState(process) !== "dead") await new Promise<void>((resolve) => void setTimeout(resolve, 5));
}
