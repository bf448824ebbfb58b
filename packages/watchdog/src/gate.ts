import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import type { Readable } from "node:stream";
import { CannotStartError } from "./command.ts";
import { warnOfLostNames, warnOfProcessOne } from "./warnings.ts";

/** What a child is given of this process, or a file's descriptor. */
export type SharedStdio = "inherit" | "ignore" | number;
export type ChildStdio = SharedStdio | "pipe";

export interface GateOptions {
  /** An absolute path. */
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Standard input, output and error. */
  readonly stdio: readonly [ChildStdio, ChildStdio, ChildStdio];
  /** Whether the command gets a pipe to report on, as descriptor `PROGRESS_FD`. */
  readonly progressPipe?: boolean;
}

export const PROGRESS_FD = 4;

/** How the command ended: exactly one of the two is set. */
export interface ChildExit {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The end of a pipe that reports are read from. */
export interface ReportPipe {
  on(event: "data", listener: (data: Buffer) => void): unknown;
}

/** A process that has a number already and does not run its command before it is told to. */
export interface GatedProcess {
  readonly pid: number;
  /** The process that kills the group when this one dies; known once the gate was opened and as far as the system tells. */
  readonly guardPid: number | null;
  readonly exited: Promise<ChildExit>;
  /** Whether it became the command; known when `exited` resolves. */
  readonly begun: boolean;
  /** Where it is a pipe. */
  readonly stderr: Readable | null;
  /** Our end of the pipe it reports on, where it has one. */
  readonly progress: ReportPipe | null;
  /** Runs the command. */
  open(): void;
  /** Sends the process home; its command is not run. */
  close(): void;
  /** It no longer keeps this process alive; when this one ends, the guard still ends it. */
  unref(): void;
}

/**
 * First a gate: the shell reads a word from descriptor 3. End of file, which is also what our death is, sends it home, so
 * nothing runs whose identity is not committed. Then it says so and becomes the command, in a session and group of its own.
 *
 * Beside it stays a guard, in the same group and nobody's child (the command would not expect one): it waits on the same
 * descriptor, and kills the group when that closes. While the guard lives, the number of the group cannot be reused. It first
 * tells its own number, which only a shell that reads `/proc` can. Without a guard there is no command.
 *
 * The command and its arguments are never parsed by the shell. A variable of the shell's that the environment holds too would be
 * handed on to the command: the gate's one has a name of its own, and the guard runs nothing.
 */
const gateScript = `
read -r TENURE_GATE_WORD <&3 && [ "$TENURE_GATE_WORD" = go ] || exit 1
unset TENURE_GATE_WORD
( trap '' HUP INT QUIT USR1 USR2 PIPE ALRM TERM TSTP TTIN TTOU
  ( exec </dev/null >/dev/null 2>&1
    read -r pid rest </proc/self/stat && echo "$pid" >&3
    read -r word <&3
    kill -KILL 0 ) & ) || exit 126
echo begun >&3
exec 3<&-
exec "$@"
`;

/** @throws CannotStartError when the system starts no process (126). */
export async function spawnGated({ file, args, env, stdio, progressPipe = false }: GateOptions): Promise<GatedProcess> {
  const reports = progressPipe ? (["pipe"] as const) : [];
  warnOfProcessOne();
  void warnOfLostNames(env);
  const child = await spawned(file, () =>
    // `detached` makes it the leader of a new session, and so of a new group.
    spawn("/bin/sh", ["-c", gateScript, "tenure", file, ...args], {
      detached: true,
      env,
      stdio: [...stdio, "pipe", ...reports],
    }),
  );
  const pipe = child.stdio[3] as Socket;
  const progress = progressPipe ? (child.stdio[PROGRESS_FD] as Socket) : null;
  let told = "";
  const hasBegun = (): boolean => /^begun\n/mu.test(told);
  pipe.on("data", (data: Buffer) => (told += data.toString("latin1")));
  // Broken when everybody at the other end is gone; their exit tells so.
  for (const broken of [pipe, progress]) broken?.on("error", () => {});
  return {
    pid: child.pid as number,
    get guardPid() {
      const pid = /^(?<pid>\d+)\n/mu.exec(told)?.groups?.["pid"];
      return pid === undefined ? null : Number(pid);
    },
    get begun() {
      return hasBegun();
    },
    exited: new Promise((resolve) => {
      child.once("exit", (exitCode, signal) => {
        // What it said last may be read after its end is told.
        if (hasBegun()) resolve({ exitCode, signal });
        else setImmediate(resolve, { exitCode, signal });
      });
    }),
    stderr: child.stderr,
    progress,
    open: () => void pipe.write("go\n"),
    close: () => void pipe.destroy(),
    unref() {
      child.unref();
      pipe.unref();
      progress?.unref();
    },
  };
}

async function spawned(file: string, start: () => ChildProcess): Promise<ChildProcess> {
  try {
    const child = start();
    await new Promise((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", reject);
    });
    return child;
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw new CannotStartError(126, `cannot start a process for ${file}: ${what}`, { cause: error });
  }
}
