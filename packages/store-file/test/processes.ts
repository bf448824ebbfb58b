import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export interface Child {
  readonly process: ChildProcess;
  /** What it said, in order, so far. */
  readonly said: Said[];
  /** The next thing it says; `null` when it has ended. */
  next(): Promise<Said | null>;
  /** Everything it said, once it has ended. */
  all(): Promise<Said[]>;
}

export interface Said {
  readonly ready?: boolean;
  readonly epoch?: number;
  readonly nonce?: string;
  readonly renewed?: string;
  readonly made?: number;
  readonly code?: string;
  readonly message?: string;
  readonly [key: string]: unknown;
}

/** A real process that runs one of the scripts in `children` on the built package. It ends with the test. */
export function startChild(script: string, args: readonly string[]): Child {
  const path = fileURLToPath(new URL(`children/${script}`, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "close");
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    await ended;
  });
  const said: Said[] = [];
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<Said | null> => {
    const { value, done } = await lines.next();
    if (done === true) return null;
    const message = JSON.parse(value) as Said;
    said.push(message);
    return message;
  };
  const all = async (): Promise<Said[]> => {
    while ((await next()) !== null);
    await ended;
    return said;
  };
  return { process: child, said, next, all };
}
