import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  rmdirSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, vi } from "vitest";
import type { TestContext } from "vitest";
import { temporaryFolder } from "./place.ts";

const env = { ...process.env, PATH: `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin` };

/** Runs a program of the system; throws with what it said when it fails. */
export function run(program: string, ...args: string[]): string {
  return execFileSync(program, args, { env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], timeout: 30_000 });
}

/** Skips the test, saying why, where the command that makes its world does not work. */
export function need(context: TestContext, what: string, ...[program = "", ...args]: readonly string[]): void {
  const { status } = spawnSync(program, args, { env, stdio: "ignore", timeout: 20_000 });
  context.skip(status !== 0, `needs ${what}`);
}

/** A library for LD_PRELOAD, made of a C file; its path is relative to this one. */
export function buildShim(context: TestContext, source: string): string {
  need(context, "a C compiler", "cc", "--version");
  const library = join(temporaryFolder(), `${basename(source, ".c")}.so`);
  run("cc", "-shared", "-fPIC", "-O1", "-o", library, fileURLToPath(new URL(source, import.meta.url)), "-ldl");
  return library;
}

/** What some processes take for the time. */
export class Lie {
  readonly env: NodeJS.ProcessEnv;
  readonly #path = join(temporaryFolder(), "lie");

  constructor(context: TestContext) {
    writeFileSync(this.#path, Buffer.alloc(16));
    this.env = { LD_PRELOAD: buildShim(context, "clock-shim.c"), CLOCK_SHIM: this.#path };
  }

  /** Before a program that no library lies to; of its wall clock only. */
  wrapper(context: TestContext): readonly string[] {
    context.skip(process.arch !== "x64", "needs an x86-64 machine");
    const tracer = join(temporaryFolder(), "clock-tracer");
    run("cc", "-O1", "-o", tracer, fileURLToPath(new URL("clock-tracer.c", import.meta.url)));
    need(context, "the right to trace a process", tracer, this.#path, "/bin/true");
    return [tracer, this.#path];
  }

  /** Lets programs of other users be lied to. */
  share(): void {
    for (const path of [this.#path, this.env["LD_PRELOAD"] ?? ""]) chmodSync(dirname(path), 0o755);
  }

  /** Sets their wall clock. */
  step(seconds: number): void {
    this.#write(seconds, 0);
  }

  /** The machine slept for so long. */
  sleep(seconds: number): void {
    this.#write(seconds, 8);
  }

  #write(seconds: number, position: number): void {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(seconds);
    const file = openSync(this.#path, "r+");
    writeSync(file, bytes, 0, 8, position);
    closeSync(file);
  }
}

/** How many threads a process has. */
export function threads(pid: number): number {
  return readdirSync(`/proc/${pid}/task`).length;
}

type Controller = "cpu" | "freezer" | "memory" | "pids";
/** A file of the control group and what to write there, in either version of the kernel's interface. */
export type Setting = readonly [v1: readonly [string, string], v2: readonly [string, string]];

const frozen: Setting = [
  ["freezer.state", "FROZEN"],
  ["cgroup.freeze", "1"],
];
export const thawed: Setting = [
  ["freezer.state", "THAWED"],
  ["cgroup.freeze", "0"],
];

/** A control group of one test, below that of this process. */
export class ControlGroup {
  readonly procs: string;
  readonly #folder: string;
  readonly #version: 0 | 1;

  constructor(context: TestContext, controller: Controller, probe: Setting) {
    const groups = existsSync("/proc/self/cgroup") ? readFileSync("/proc/self/cgroup", "utf8") : "";
    const own = (name: string): string => new RegExp(`^\\d+:${name}:(.*)$`, "mu").exec(groups)?.[1] ?? "/";
    const v1 = join("/sys/fs/cgroup", controller);
    this.#version = existsSync(v1) ? 0 : 1;
    this.#folder = join(
      this.#version === 0 ? v1 : "/sys/fs/cgroup",
      own(this.#version === 0 ? controller : ""),
      `tenure-${process.pid}-${Date.now()}`,
    );
    this.procs = join(this.#folder, "cgroup.procs");
    let made = false;
    try {
      // In the second version a group has what the one above hands down; freezing is always among it.
      const handedDown = join(dirname(this.#folder), "cgroup.subtree_control");
      if (this.#version === 1 && controller !== "freezer") writeFileSync(handedDown, `+${controller}`);
      mkdirSync(this.#folder);
      onTestFinished(async () => await vi.waitFor(() => rmdirSync(this.#folder), { timeout: 10_000, interval: 20 }));
      this.set(probe);
      made = true;
    } catch {
      // Said below.
    }
    context.skip(!made, `needs the right to make a control group for ${controller}`);
  }

  add(pid: number): void {
    writeFileSync(this.procs, String(pid));
  }

  set(setting: Setting): void {
    const [file, value] = setting[this.#version];
    writeFileSync(join(this.#folder, file), value);
  }

  read(v1: string, v2: string): string {
    return readFileSync(join(this.#folder, [v1, v2][this.#version] ?? v1), "utf8").trim();
  }

  /** Stops all in it, in a way that they and their parents are not told. They run again at the latest when the test ends. */
  async freeze(): Promise<void> {
    onTestFinished(() => this.set(thawed));
    this.set(frozen);
    await vi.waitFor(() => expect(this.read("freezer.state", "cgroup.events")).toMatch(/FROZEN|frozen 1/u), {
      timeout: 10_000,
      interval: 10,
    });
  }
}
