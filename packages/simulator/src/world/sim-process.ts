import type { Clock, Instant, Timer } from "@tenure/core";
import type { ProcReader } from "@tenure/host";
import type { ProcessIdentity } from "@tenure/schema";
import type { Entry } from "./agenda.ts";
import type { Machine } from "./machine.ts";

/** What a process outside of the initial namespaces sees. */
export interface Namespaces {
  readonly pid: string;
  readonly time: string;
}

/** How a process ended, as its parent is told. */
export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What a process was started with. */
export interface ProcessStart {
  readonly namespaces: Namespaces;
  /** `null`: nobody can read it. */
  readonly environment: Readonly<Record<string, string>> | null;
  readonly processGroup: number;
}

/**
 * A process of the world. All of its code runs through `enter`: when it is stopped nothing of it runs, and when it is dead nothing ever
 * does, however many promises it left behind.
 */
export class SimProcess {
  readonly machine: Machine;
  readonly identity: ProcessIdentity;
  readonly start: ProcessStart;
  readonly clock: Clock;
  #latenessMs = 0;
  #starvedUntilMs = 0;
  #lateUntilMs = 0;
  /** Until then it has as many files open as it may. */
  exhaustedUntilMs = 0;
  /** It waits for a disk, say: until then no signal reaches it, not even SIGKILL. */
  undyingUntilMs = 0;
  /** What it does on a signal that may be handled; `null`: what the system does. */
  onSignal: ((signal: NodeJS.Signals) => void) | null = null;
  readonly #pending: NodeJS.Signals[] = [];
  #end: ProcessEnd | null = null;
  #stoppedUntilMs = 0;
  #stallsUntilMs = 0;
  #alive = true;
  #gone = false;
  #procReader: ProcReader | undefined;
  readonly #onDeath: (() => void)[] = [];
  readonly #onGone: (() => void)[] = [];

  constructor(machine: Machine, identity: ProcessIdentity, start: ProcessStart) {
    this.machine = machine;
    this.identity = identity;
    this.start = start;
    this.clock = {
      now: () => this.#now(),
      wallTime: () => machine.clock.wallTime(),
      startTimer: (delayMs, run) => this.#startTimer(delayMs, run),
    };
  }

  get namespaces(): Namespaces {
    return this.start.namespaces;
  }

  /** Once it is dead. */
  get end(): ProcessEnd | null {
    return this.#end;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Others can see that it is dead. */
  get gone(): boolean {
    return this.#gone;
  }

  get stopped(): boolean {
    return this.machine.agenda.nowMs < this.#stoppedUntilMs;
  }

  get wedged(): boolean {
    return this.machine.agenda.nowMs < this.undyingUntilMs;
  }

  /** True time from which it runs. */
  get runsFromMs(): number {
    return Math.max(this.#stoppedUntilMs, this.#stallsUntilMs, this.machine.clock.asleepUntilMs);
  }

  /** SIGSTOP: no code runs for `ms`, all clocks go on. */
  stop(ms: number): void {
    this.#stoppedUntilMs = Math.max(this.#stoppedUntilMs, this.machine.agenda.nowMs + ms);
  }

  /** A standing event loop, no CPU: as when it is stopped, but whoever looks sees a process that runs. */
  stall(ms: number): void {
    this.#stallsUntilMs = Math.max(this.#stallsUntilMs, this.machine.agenda.nowMs + ms);
  }

  /** A machine so busy that it is woken late, by `latenessMs` at most; what is due by its end is done then. */
  starve(latenessMs: number, ms: number): void {
    this.#latenessMs = latenessMs;
    this.#starvedUntilMs = this.machine.agenda.nowMs + ms;
  }

  /** Also after a starvation that was ended early: what it made late by then stays late. */
  get isLate(): boolean {
    return this.machine.agenda.nowMs < Math.max(this.#starvedUntilMs, this.#lateUntilMs);
  }

  exhaust(ms: number): void {
    this.exhaustedUntilMs = this.machine.agenda.nowMs + ms;
  }

  onDeath(run: () => void): void {
    this.#onDeath.push(run);
  }

  /** Runs when others can see that it is gone, which is a little later than its death. */
  onGone(run: () => void): void {
    this.#onGone.push(run);
  }

  /** The kernel has taken it apart. */
  vanish(): void {
    this.#gone = true;
    for (const run of this.#onGone.splice(0)) run();
  }

  kill(): void {
    this.#die({ exitCode: null, signal: "SIGKILL" });
  }

  exit(exitCode: number): void {
    this.#die({ exitCode, signal: null });
  }

  /** As the kernel delivers it: what stands still gets it when it goes on, and SIGKILL reaches everything but what waits for a disk. */
  signal(signal: NodeJS.Signals): void {
    const { agenda } = this.machine;
    if (this.wedged) return void agenda.at(this.undyingUntilMs, () => this.signal(signal));
    if (signal === "SIGKILL") return this.kill();
    if (signal === "SIGCONT") this.#stoppedUntilMs = Math.min(this.#stoppedUntilMs, agenda.nowMs);
    else this.#pending.push(signal);
    this.enter(() => {
      for (const pending of this.#pending.splice(0)) {
        if (this.onSignal === null) this.#die({ exitCode: null, signal: pending });
        else this.onSignal(pending);
      }
    });
  }

  #die(end: ProcessEnd): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#end = end;
    for (const run of this.#onDeath.splice(0)) run();
  }

  /** Runs code of this process `delayMs` of true time from now, or as soon as it runs again. */
  later(delayMs: number, run: () => void): void {
    this.machine.agenda.after(delayMs, () => this.enter(run));
  }

  /** Runs code of this process as soon as it runs. */
  enter(run: () => void): void {
    if (!this.#alive) return;
    const { agenda } = this.machine;
    if (agenda.nowMs < this.runsFromMs) agenda.at(this.runsFromMs, () => this.enter(run));
    else run();
  }

  /** Waits in the kernel for `ms`: neither runs nor can be ended. */
  wedge(ms: number): void {
    this.undyingUntilMs = Math.max(this.undyingUntilMs, this.machine.agenda.nowMs + ms);
    this.stop(ms);
  }

  /** Resolves in this process, later; never when it dies before. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.clock.startTimer(ms, resolve));
  }

  get procReader(): ProcReader {
    this.#procReader ??= this.machine.procReaderFor(this);
    return this.#procReader;
  }

  #now(): Instant {
    const now = this.machine.clock.now();
    const offsetMs = this.machine.timeOffsetMs(this.namespaces.time);
    return offsetMs === 0 ? now : { ...now, boottimeMs: now.boottimeMs + offsetMs };
  }

  #startTimer(delayMs: number, run: () => void): Timer {
    if (!(delayMs >= 0)) throw new RangeError(`a timer cannot wait ${delayMs} ms`);
    const { agenda, clock, random } = this.machine;
    const dueMonotonicMs = clock.now().monotonicMs + delayMs;
    let entry: Entry;
    const arm = (): void => {
      const leftMs = (dueMonotonicMs - clock.now().monotonicMs) / clock.rate;
      const lateMs = agenda.nowMs < this.#starvedUntilMs ? random.next() * this.#latenessMs : 0;
      const fromMs = Math.max(agenda.nowMs, clock.asleepUntilMs);
      const dueMs = Math.max(fromMs + Math.max(0, leftMs), this.runsFromMs);
      const wokenMs = Math.min(dueMs + lateMs, Math.max(dueMs, this.#starvedUntilMs));
      if (wokenMs > dueMs) this.#lateUntilMs = Math.max(this.#lateUntilMs, wokenMs);
      entry = agenda.at(wokenMs, look);
    };
    // What happened since it was armed may have made it early; it is looked at anew, never trusted.
    const look = (): void => {
      if (!this.#alive) return;
      const isEarly = dueMonotonicMs - clock.now().monotonicMs > 1e-6;
      if (isEarly || agenda.nowMs < this.runsFromMs) arm();
      else run();
    };
    arm();
    // What is taken from the agenda is no step of the world, and most timers are only there to be cancelled.
    return { cancel: () => void (entry.run = null) };
  }
}
