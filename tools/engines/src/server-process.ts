import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { folderWith } from "./found.ts";
import type { SystemUser } from "./user.ts";

const READY_MS = 60_000;
/** Of what a server said, for the message when it fails. */
const LINES_KEPT = 20;

export interface ServerCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly user: SystemUser | null;
  /** A line it writes once it answers. */
  readonly ready: RegExp;
  /** How it is told to stop. */
  readonly stopSignal: NodeJS.Signals;
  /** Beside this process's own. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** A program that runs it, and ends with it. */
  readonly wrapper?: readonly string[] | undefined;
}

/** One server process that this one started, and ends by its id. It does not outlive this process. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #stopSignal: NodeJS.Signals;
  readonly #ended: Promise<unknown>;

  private constructor(child: ChildProcess, stopSignal: NodeJS.Signals) {
    this.#child = child;
    this.#stopSignal = stopSignal;
    this.#ended = once(child, "exit");
  }

  /** Resolves once it answers; rejects with what it said when it ends before that. */
  static async start({
    program,
    args,
    user,
    ready,
    stopSignal,
    env,
    wrapper = [],
  }: ServerCommand): Promise<ServerProcess> {
    const dying = folderWith(["setpriv"]) === null ? [] : ["setpriv", "--pdeathsig", stopSignal.slice(3)];
    const asUser = user === null ? [] : ["--reuid", String(user.uid), "--regid", String(user.gid), "--clear-groups"];
    const running = [...wrapper, program, ...args];
    const [command = program, ...rest] = [...dying, ...(dying.length > 0 ? asUser : []), ...running];
    const child = spawn(command, rest, {
      stdio: ["ignore", "pipe", "pipe"],
      cwd: "/",
      env: { ...process.env, ...env },
      ...(dying.length === 0 && user),
    });
    const server = new ServerProcess(child, stopSignal);
    await server.#answers(program, ready);
    return server;
  }

  /** Stops it, so that it starts no more of them, and tells its child processes. */
  freeze(): readonly number[] {
    const { pid } = this.#child;
    this.#child.kill("SIGSTOP");
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").split(" ").filter(Boolean).map(Number);
  }

  /** Ends it, and waits until it has ended. */
  async end(signal: NodeJS.Signals = this.#stopSignal): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill(signal);
    await this.#ended;
  }

  async #answers(program: string, ready: RegExp): Promise<void> {
    const said: string[] = [];
    let timer: NodeJS.Timeout | undefined;
    const answers = new Promise<void>((resolve, reject) => {
      const failed = (why: string, cause?: unknown): void =>
        reject(new Error(`${program} ${why}:\n${said.join("\n")}`, { cause }));
      timer = setTimeout(() => failed(`was not ready within ${READY_MS} ms`), READY_MS);
      for (const stream of [this.#child.stdout, this.#child.stderr]) {
        if (stream === null) continue;
        createInterface({ input: stream }).on("line", (line) => {
          if (said.push(line) > LINES_KEPT) said.shift();
          if (ready.test(line)) resolve();
        });
      }
      this.#ended.then(
        () => failed("ended before it was ready"),
        (cause: unknown) => failed("could not be started", cause),
      );
    });
    await answers.finally(() => clearTimeout(timer));
  }
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Whether anybody listens on a port of loopback. */
export async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
