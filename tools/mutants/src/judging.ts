import { spawn, type ChildProcessByStdio } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { InvariantId } from "@tenure/history";
import type { Copy } from "./copy.ts";
import type { Hunk, Mutant } from "./mutant.ts";

/** What one schedule came to. */
export interface Answer {
  readonly violations: readonly { readonly invariant: InvariantId; readonly sentence: string }[];
  /** Errors that no code of tenure throws on purpose: what they bring about is no kill. */
  readonly crashes: number;
}

/** A schedule takes some tens of milliseconds; whatever takes this long stands still. */
const PATIENCE_MS = 60_000;

const script = fileURLToPath(new URL("../dist/judge.js", import.meta.url));

/** Runs schedules on one variant of the packages, in a process of its own. */
export class Judge {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #lines: AsyncIterator<string>;
  #said = "";

  private constructor(directory: string) {
    const index = pathToFileURL(join(directory, "node_modules/@tenure/simulator/dist/index.js")).href;
    this.#child = spawn(process.execPath, [script, index], { stdio: ["pipe", "pipe", "pipe"] });
    this.#child.stdin.on("error", () => {});
    this.#child.stderr.on("data", (chunk) => (this.#said = `${this.#said}${String(chunk)}`.slice(-2_000)));
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** @param hunk `null`: as it is built. */
  static async of(copy: Copy, hunk: Hunk | null): Promise<Judge> {
    return await copy.withHunk(hunk, async () => {
      const judge = new Judge(copy.directory);
      await judge.#next();
      return judge;
    });
  }

  /** Runs the schedule of a seed in a mutant's setting. @throws when the process ended, or does not come to an end. */
  async judge(seed: number, { name }: Pick<Mutant, "name">): Promise<Answer> {
    this.#child.stdin.write(`${seed} ${name}\n`);
    return JSON.parse(await this.#next()) as Answer;
  }

  close(): void {
    this.#child.kill("SIGKILL");
  }

  async #next(): Promise<string> {
    const timer = setTimeout(() => {
      this.#said += `no answer within ${PATIENCE_MS} ms`;
      this.close();
    }, PATIENCE_MS);
    const { value, done } = await this.#lines.next();
    clearTimeout(timer);
    if (done === true) throw new Error(`the process ended: ${this.#said}`);
    return value;
  }
}
