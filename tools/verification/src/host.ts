import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const COMMAND = fileURLToPath(new URL("../../../apps/cli/dist/tenure.cjs", import.meta.url));
const WORK = fileURLToPath(new URL("work.js", import.meta.url));
/** `nobody`, on most systems; nothing of it needs a name. */
const USER = 65_534;
const env = { PATH: `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin` };

function system(program: string, ...args: readonly string[]): void {
  execFileSync(program, args, { env, stdio: ["ignore", "ignore", "inherit"], timeout: 30_000 });
}

/** A folder of the user that everything here runs as. */
export function folderOfTheUser(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chownSync(path, USER, USER);
  return path;
}

/** A network of this machine's own. */
export class Network {
  readonly bridge: string = `tv${process.pid}`;
  readonly address: string = `10.214.${process.pid % 250}.1`;
  readonly range: string = `10.214.${process.pid % 250}.0/24`;
  readonly #namespaces: string[] = [];

  constructor() {
    system("ip", "link", "add", "name", this.bridge, "type", "bridge");
    system("ip", "addr", "add", `${this.address}/24`, "dev", this.bridge);
    system("ip", "link", "set", this.bridge, "up");
  }

  /** A namespace that is plugged to it. */
  plug(name: string): string {
    const namespace = `${this.bridge}-${name}`;
    const plug = `${this.bridge}p${this.#namespaces.length}`;
    this.#namespaces.push(namespace);
    system("ip", "netns", "add", namespace);
    system("ip", "link", "add", plug, "type", "veth", "peer", "name", "eth0", "netns", namespace);
    system("ip", "link", "set", plug, "master", this.bridge, "up");
    const address = this.address.replace(/1$/u, String(this.#namespaces.length + 1));
    system("ip", "-n", namespace, "addr", "add", `${address}/24`, "dev", "eth0");
    for (const device of ["eth0", "lo"]) system("ip", "-n", namespace, "link", "set", device, "up");
    return namespace;
  }

  remove(): void {
    for (const namespace of this.#namespaces) system("ip", "netns", "del", namespace);
    system("ip", "link", "del", this.bridge);
  }
}

export interface Place {
  readonly store: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly book: string;
}

/** One of the two: a container, or as good as a machine, in which `tenure run` competes as an ordinary user. */
export class Host {
  readonly name: string;
  readonly #network: string;
  readonly #folder: string;
  readonly #place: Place;
  #init: ChildProcess | null = null;

  constructor(name: string, network: Network, folder: string, place: Place) {
    this.name = name;
    this.#network = network.plug(name);
    this.#folder = folderOfTheUser(join(folder, name));
    this.#place = place;
  }

  get told(): string {
    return join(this.#folder, "tenure.log");
  }

  get workLog(): string {
    return join(this.#folder, "work.log");
  }

  /** What it says from now on is appended to its log. */
  start(lease: string): void {
    const boots = 'hostname "$1"; shift; "$@"; exit $?';
    const enters = ["netns", "exec", this.#network, "unshare", "--pid", "--fork", "--kill-child", "--uts", "--mount"];
    const asUser = ["setpriv", `--reuid=${USER}`, `--regid=${USER}`, "--clear-groups", "--no-new-privs"];
    const runs = [
      process.execPath,
      COMMAND,
      "run",
      lease,
      "--holder",
      this.name,
      ...this.#place.store,
      "--ttl",
      "180s",
    ];
    const restarts = ["--restart", "on-failure", "--backoff", "1s", "--verbose", "--"];
    const work = [process.execPath, WORK, this.#place.book, this.workLog];
    if (!existsSync(this.told)) writeFileSync(this.told, "");
    const log = openSync(this.told, "a");
    this.#init = spawn(
      "ip",
      [...enters, "--mount-proc", "sh", "-c", boots, "sh", this.name, ...asUser, ...runs, ...restarts, ...work],
      { cwd: this.#folder, env: { ...env, ...this.#place.env, HOME: this.#folder }, stdio: ["ignore", log, log] },
    );
  }

  /** The number of `tenure run`, as this machine has it. */
  get watchdog(): number {
    return this.#one((words) => words[1] === COMMAND);
  }

  get command(): number {
    return this.#one((words) => words[1] === WORK);
  }

  get guard(): number {
    return this.#one((words) => words[0] === "/bin/sh" && words.includes(WORK));
  }

  get isRunning(): boolean {
    return this.#init !== null && this.#init.exitCode === null && this.#init.signalCode === null;
  }

  async gone(): Promise<number | null> {
    if (this.isRunning && this.#init !== null) await once(this.#init, "exit");
    return this.#init?.exitCode ?? null;
  }

  async end(): Promise<void> {
    if (!this.isRunning) return;
    this.#init?.kill("SIGKILL");
    await this.gone();
  }

  #one(isIt: (words: readonly string[]) => boolean): number {
    const found = descendants(this.#init?.pid ?? 0).filter((pid) => isIt(wordsOf(pid)));
    const [pid] = found;
    if (pid === undefined || found.length > 1) throw new Error(`${found.length} such processes on ${this.name}`);
    return pid;
  }
}

/** Those of its process namespace: also what has lost its parent stays below its first process. */
function descendants(pid: number): readonly number[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync("/proc")) {
    const status = /^\d+$/u.test(entry) ? attempt(() => readFileSync(`/proc/${entry}/status`, "utf8")) : null;
    const parent = /^PPid:\s*(?<pid>\d+)$/mu.exec(status ?? "")?.groups?.["pid"];
    if (parent !== undefined) parents.set(Number(entry), Number(parent));
  }
  const below = (of: number): number[] =>
    [...parents].flatMap(([child, parent]) => (parent === of ? [child, ...below(child)] : []));
  return below(pid);
}

function wordsOf(pid: number): readonly string[] {
  return (attempt(() => readFileSync(`/proc/${pid}/cmdline`, "utf8")) ?? "").split("\0");
}

/** What ends meanwhile is not there. */
function attempt<T>(ask: () => T): T | null {
  try {
    return ask();
  } catch {
    return null;
  }
}
