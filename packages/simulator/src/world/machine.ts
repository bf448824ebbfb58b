import { hostId } from "@tenure/host";
import type { ProcReader } from "@tenure/host";
import type { Agenda } from "./agenda.ts";
import { MachineClock } from "./machine-clock.ts";
import type { Random } from "./random.ts";
import { SimProcess, type Namespaces } from "./sim-process.ts";

const INITIAL: Namespaces = { pid: "pid:[4026531836]", time: "time:[4026531834]" };
const MOUNTS = "22 1 0:20 / /proc rw,nosuid - proc proc rw\n";
/** Dying takes this long: what a process holds open is closed before the process is gone. */
const DYING_MS = 8;

interface ProcEntry {
  readonly startTime: string;
  process: SimProcess | null;
  zombie: boolean;
}

export interface SpawnOptions {
  readonly serviceName?: string;
  readonly namespaces?: Namespaces;
  /** Takes the number of a dead process, if there is one. */
  readonly recycle?: boolean;
  /** What it was started with, for whoever may look; `null`: it hides that. Default: nothing. */
  readonly environment?: Readonly<Record<string, string>> | null;
  /** The group it joins. Default: one of its own. */
  readonly processGroup?: number | undefined;
}

/** One machine through all of its boots: its kernel's view of processes is the truth that deaths are proved by. */
export class Machine {
  readonly agenda: Agenda;
  readonly random: Random;
  clock: MachineClock;
  boot = 0;
  bootId = "";
  readonly #number: number;
  readonly #machineId: string;
  readonly #hostId: string;
  readonly #table = new Map<number, ProcEntry>();
  readonly #freed: number[] = [];
  #rate: number;
  #lastPid = 999;
  #spawned = 0;
  /** Bodies are left unburied: the parent does not wait for them. */
  leavesZombies = false;

  /** @param number tells machines apart. */
  constructor(agenda: Agenda, random: Random, rate: number, number = 1) {
    this.#number = number;
    this.#machineId = String(number).padStart(32, "0");
    this.#hostId = hostId({ readFile: () => this.#machineId } as Partial<ProcReader> as ProcReader);
    this.agenda = agenda;
    this.random = random;
    this.#rate = rate;
    this.clock = this.#start();
  }

  get processes(): SimProcess[] {
    return [...this.#table.values()].flatMap(({ process }) => (process?.alive === true ? [process] : []));
  }

  spawn({
    serviceName,
    namespaces = INITIAL,
    recycle = false,
    environment = {},
    processGroup,
  }: SpawnOptions = {}): SimProcess {
    this.#spawned += 1;
    const pid = (recycle ? this.#freed.shift() : undefined) ?? (this.#lastPid += 1);
    const ticks = String(Math.floor(this.clock.now().boottimeMs / 10) + this.#spawned);
    const process = new SimProcess(
      this,
      {
        instanceId: `${this.#number === 1 ? "instance" : `machine-${this.#number}`}-${this.#spawned}`,
        hostId: this.#hostId,
        bootId: this.bootId,
        pid,
        processStartTime: ticks,
        pidNamespace: namespaces.pid,
        timeNamespace: namespaces.time,
        serviceName: serviceName ?? null,
      },
      { namespaces, environment, processGroup: processGroup ?? pid },
    );
    const entry: ProcEntry = { startTime: ticks, process, zombie: false };
    this.#table.set(pid, entry);
    process.onDeath(() => {
      this.agenda.after(this.random.next() * DYING_MS, () => {
        entry.process = null;
        if (this.leavesZombies) entry.zombie = true;
        else this.#bury(pid, entry);
        process.vanish();
      });
    });
    return process;
  }

  /** The power goes and comes back: every process is gone, and all that told of them. */
  reboot(): void {
    for (const { process } of this.#table.values()) {
      process?.kill();
      process?.vanish();
    }
    this.#table.clear();
    this.#freed.length = 0;
    this.#lastPid = 999;
    this.clock = this.#start();
  }

  /** From now on its clocks go so fast, also after a reboot. */
  changeRate(rate: number): void {
    this.#rate = rate;
    this.clock.rate = rate;
  }

  timeOffsetMs(timeNamespace: string): number {
    return timeNamespace === INITIAL.time ? 0 : 7_777_000;
  }

  procReaderFor(self: SimProcess): ProcReader {
    const own = self.identity.pid ?? 0;
    const sameNamespace = (other: SimProcess | null): boolean =>
      other === null || other.namespaces.pid === self.namespaces.pid;
    const find = (pid: number): ProcEntry => {
      if (!self.alive) throw systemError("EGONE");
      const entry = this.#table.get(pid);
      if (entry === undefined || !sameNamespace(entry.process)) throw systemError("ESRCH");
      return entry;
    };
    return {
      platform: "linux",
      pid: own,
      hostname: () => "sim",
      bootSession: () => this.bootId,
      kill: (pid, signal) => {
        if (signal === 0) return void find(pid);
        if (pid > 0) return find(pid).process?.signal(signal as NodeJS.Signals);
        this.signalGroup(-pid, signal as NodeJS.Signals);
      },
      readFile: (path) => {
        if (path === "/proc/sys/kernel/random/boot_id") return `${this.bootId}\n`;
        if (path === "/proc/self/mountinfo") return MOUNTS;
        if (path === "/etc/machine-id") return `${this.#machineId}\n`;
        if (path === "/proc/self/status") return `NSpid:\t${own}\nUid:\t0\t0\t0\t0\n`;
        const [, number, file] = /^\/proc\/(\d+|self)\/(?:task\/\d+\/)?(stat|status|environ)$/u.exec(path) ?? [];
        if (number === undefined) throw systemError("ENOENT");
        const pid = number === "self" ? own : Number(number);
        const entry = find(pid);
        if (file === "stat") return stat(pid, entry);
        return file === "status" ? "Uid:\t0\t0\t0\t0\n" : environ(entry);
      },
      readLink: (path) => {
        if (path === "/proc/self/ns/pid") return self.namespaces.pid;
        if (path === "/proc/self/ns/time") return self.namespaces.time;
        if (path === "/proc/self") return String(own);
        throw systemError("ENOENT");
      },
      readDir: (path) => {
        if (path === "/proc")
          return [...this.#table].flatMap(([pid, { process }]) => (sameNamespace(process) ? [String(pid)] : []));
        const pid = /^\/proc\/(\d+)\/task$/u.exec(path)?.[1];
        if (pid === undefined) throw systemError("ENOENT");
        find(Number(pid));
        return [pid];
      },
    };
  }

  /** @throws `ESRCH` when nobody is in it. */
  signalGroup(processGroup: number, signal: NodeJS.Signals): void {
    const members = this.processes.filter(({ start }) => start.processGroup === processGroup);
    if (members.length === 0) throw systemError("ESRCH");
    for (const member of members) member.signal(signal);
  }

  #bury(pid: number, entry: ProcEntry): void {
    if (this.#table.get(pid) !== entry) return;
    this.#table.delete(pid);
    this.#freed.push(pid);
  }

  #start(): MachineClock {
    this.boot += 1;
    this.bootId = `00000000-0000-4000-8000-${String(1000 * this.#number + this.boot).padStart(12, "0")}`;
    return new MachineClock(this.agenda, { rate: this.#rate, bootedAtMs: this.agenda.nowMs });
  }
}

/** A namespace of its own for a container. */
export function containerNamespaces(number: number): Namespaces {
  return { pid: `pid:[${4_026_540_000 + number}]`, time: `time:[${4_026_550_000 + number}]` };
}

function stat(pid: number, { startTime, process, zombie }: ProcEntry): string {
  const runs = process?.stopped === true ? "T" : "S";
  const state = zombie ? "Z" : process?.wedged === true ? "D" : runs;
  const group = process?.start.processGroup ?? pid;
  return `${pid} (a) R 1 (x) ${state} 1 ${group} ${group} 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 ${startTime} 0 0\n`;
}

function environ({ process }: ProcEntry): string {
  // One that is dying shows nothing.
  if (process === null || !process.alive || process.start.environment === null) throw systemError("EACCES");
  return Object.entries(process.start.environment)
    .map(([name, value]) => `${name}=${value}\0`)
    .join("");
}

export function systemError(code: string): Error & { readonly code: string } {
  return Object.assign(new Error(`${code}: simulated`), { code });
}

export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown";
}
