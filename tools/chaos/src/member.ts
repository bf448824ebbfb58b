import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import type { Seen, WorkerOptions } from "@tenure/histories";
import type { Kind } from "./kind.ts";

/** One process that leads in turn with others. Only this one is ever signalled, by the handle under which it was started, or as its only child. */
export class Member {
  readonly #child: ChildProcess;
  readonly #isWrapped: boolean;
  readonly #exited: Promise<unknown>;
  readonly #options: WorkerOptions;
  /** It reads and writes. */
  readonly up: Promise<unknown>;
  #killedAt: number | null = null;

  constructor(options: WorkerOptions, { command, isWrapped, newFields }: Kind, env: NodeJS.ProcessEnv) {
    this.#options = options;
    this.#isWrapped = isWrapped;
    const [program, ...args] = command;
    this.#child = spawn(program, [...args, JSON.stringify({ ...options, newFields })], {
      stdio: ["ignore", 2, 2, "ipc"],
      env: { ...process.env, ...env },
    });
    // One that is wrapped dies with what it is wrapped in, a moment later: its end of the channel tells.
    this.#exited = Promise.all([once(this.#child, "exit"), once(this.#child, "disconnect")]);
    this.up = Promise.race([once(this.#child, "message"), this.#exited]);
  }

  /** Of the one that leads. Until it is over, whoever was started waits for it, and nobody else has its number. */
  get pid(): number {
    const started = this.#child.pid ?? 0;
    if (!this.#isWrapped) return started;
    return Number(readFileSync(`/proc/${started}/task/${started}/children`, "utf8").trim()) || started;
  }

  /** Ends well by itself; one that was killed or fell has no more to say. */
  async stop(): Promise<void> {
    if (this.#child.connected) this.#child.send("stop");
    await this.#exited;
  }

  /** The moment that is noted is before the death that others may prove. */
  async kill(): Promise<void> {
    this.#killedAt ??= now();
    this.#child.kill("SIGKILL");
    await this.#exited;
  }

  pause(): void {
    this.#signal("SIGSTOP");
  }

  resume(): void {
    this.#signal("SIGCONT");
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#child.exitCode === null && this.#child.signalCode === null) process.kill(this.pid, signal);
  }

  /** What it wrote down. A line that its death cut short was not written. Terms that its death ended end with it. */
  get seen(): readonly Seen[] {
    if (!existsSync(this.#options.path)) return [];
    const lines = readFileSync(this.#options.path, "utf8").split("\n").slice(0, -1);
    const seen = lines.map((line) => JSON.parse(line) as Seen);
    if (this.#killedAt === null) return seen;
    // The signal takes a moment to arrive, and what it wrote down until then it did.
    const at = seen.reduce((last, it) => Math.max(last, "at" in it ? it.at : it.answeredAt), this.#killedAt);
    const open = new Map<string, Seen>();
    for (const it of seen) {
      if (it.kind === "granted") open.set(`${it.lease} ${it.epoch}`, it);
      if (it.kind === "ended") open.delete(`${it.lease} ${it.epoch}`);
    }
    const ended = [...open.values()].flatMap((it): Seen[] => {
      if (it.kind !== "granted") return [];
      const { lease, holder, epoch } = it;
      return [{ kind: "ended", at, lease, holder, epoch, reason: "died" }];
    });
    return [...seen, ...ended];
  }
}

/** Milliseconds of the clock that all recorders of this machine share. */
function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
