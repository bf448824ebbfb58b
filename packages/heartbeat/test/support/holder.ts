import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Watch } from "@tenure/heartbeat";
import type { TimingSettings } from "@tenure/schema";
import { onTestFinished } from "vitest";

export interface Told {
  readonly event: "renewed" | "lost" | "flag" | "ready" | "blocking" | "woke";
  readonly reason?: string;
  readonly message?: string;
}

/** A leader of its own process, ended with the test. */
export class Holder {
  readonly told: Told[] = [];
  readonly exited: Promise<NodeJS.Signals | number | null>;
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  #waiting: (() => void)[] = [];

  constructor(options: { readonly timing: TimingSettings; readonly watch?: Watch }) {
    const script = fileURLToPath(new URL("holder.mjs", import.meta.url));
    this.#process = spawn(process.execPath, [script, JSON.stringify(options)], { stdio: ["pipe", "pipe", "inherit"] });
    createInterface({ input: this.#process.stdout }).on("line", (line) => {
      this.told.push(JSON.parse(line) as Told);
      for (const look of this.#waiting.splice(0)) look();
    });
    this.exited = new Promise((resolve) => {
      this.#process.once("exit", (code, signal) => resolve(code ?? signal));
    });
    onTestFinished(async () => {
      this.#process.kill("SIGKILL");
      await this.exited;
    });
  }

  get events(): Told["event"][] {
    return this.told.map(({ event }) => event);
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  blockFor(ms: number): void {
    this.#process.stdin.write(String(ms));
  }

  /** The first such event at or after the given place in what was told. */
  async next(event: Told["event"], from = 0): Promise<Told> {
    for (;;) {
      const found = this.told.slice(from).find((told) => told.event === event);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}
