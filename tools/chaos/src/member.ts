import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { WORKER, type Seen, type WorkerOptions } from "@tenure/histories";

/** One process that leads in turn with others. Only this one is ever signalled, by the handle under which it was started. */
export class Member {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #options: WorkerOptions;
  /** It reads and writes. */
  readonly up: Promise<unknown>;
  #killedAt: number | null = null;

  constructor(options: WorkerOptions, env: NodeJS.ProcessEnv) {
    this.#options = options;
    const stdio = ["ignore", 2, 2, "ipc"] as const;
    this.#child = spawn(process.execPath, [WORKER, JSON.stringify(options)], {
      stdio: [...stdio],
      env: { ...process.env, ...env },
    });
    this.#exited = once(this.#child, "exit");
    this.up = Promise.race([once(this.#child, "message"), this.#exited]);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Ends well by itself; one that was killed or fell has no more to say. */
  async stop(): Promise<void> {
    if (this.#child.connected) this.#child.send("stop");
    await this.#exited;
  }

  /** From here on it does nothing more: it is stopped first, so that the moment is before the death that others may prove. */
  async kill(): Promise<void> {
    this.#killedAt ??= now();
    this.#child.kill("SIGKILL");
    await this.#exited;
  }

  pause(): void {
    this.#child.kill("SIGSTOP");
  }

  resume(): void {
    this.#child.kill("SIGCONT");
  }

  /** What it wrote down. A line that its death cut short was not written. Terms that its death ended end with it. */
  get seen(): readonly Seen[] {
    if (!existsSync(this.#options.path)) return [];
    const lines = readFileSync(this.#options.path, "utf8").split("\n").slice(0, -1);
    const seen = lines.map((line) => JSON.parse(line) as Seen);
    if (this.#killedAt === null) return seen;
    const at = this.#killedAt;
    const open = new Map<string, Seen>();
    for (const it of seen) {
      if (it.kind === "granted") open.set(`${it.lease} ${it.epoch}`, it);
      if (it.kind === "ended") open.delete(`${it.lease} ${it.epoch}`);
    }
    const ended = [...open.values()].flatMap((it): Seen[] => {
      if (it.kind !== "granted") return [];
      const { lease, holder, epoch } = it;
      return [{ kind: "ended", at: Math.max(at, it.at), lease, holder, epoch, reason: "died" }];
    });
    return [...seen, ...ended];
  }
}

/** Milliseconds of the clock that all recorders of this machine share. */
function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
