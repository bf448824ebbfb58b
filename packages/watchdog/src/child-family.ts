import type { Clock, Timer } from "@tenure/core";
import type { ScanOptions, SignalOutcome } from "@tenure/host";
import type { ProcessIdentity } from "@tenure/schema";
import type { ChildExit, GatedProcess } from "./gate.ts";
import { isLiving, keyOfProcess, refusalsAmong } from "./process-host.ts";
import type { ProcessHost } from "./process-host.ts";
import { pollUntil } from "./wait.ts";

export interface ChildFamilyOptions {
  readonly gated: GatedProcess;
  readonly identity: ProcessIdentity;
  /** How its descendants are known, wherever they went. */
  readonly kin: ScanOptions;
  readonly host: ProcessHost;
  readonly clock: Clock;
  /** For what the child leaves running when it ends: from SIGTERM to SIGKILL, in milliseconds. */
  readonly leftoverGraceMs: number;
  /** What is not gone so long after SIGKILL is stuck, in milliseconds. */
  readonly stuckAfterMs: number;
}

export interface FamilyEnd {
  /** `null`: it would not die. */
  readonly exit: ChildExit | null;
  /** Whether it ever was the command. */
  readonly begun: boolean;
  /** Those that had left the child's process group, and were ended too. */
  readonly escapees: readonly ProcessIdentity[];
  readonly stuck: readonly ProcessIdentity[];
  /** Why the system let none of these be killed, where that is the reason. */
  readonly refusals: readonly string[];
}

interface Kin {
  readonly process: ProcessIdentity;
  /** `null`: it hides its environment, or is dying, and where it is now nobody tells. */
  readonly processGroup: number | null;
}

/** A stopped process would keep another signal for later. */
const WAKING = "SIGCONT";
const ASKING = ["SIGTERM", WAKING] as const;
/** What was killed is mostly gone so soon. */
const DYING_MS = 100;

/**
 * A child and all that came of it: its process group, and the processes that left the group but still carry the lease's
 * environment. It is over when nobody of them is left.
 *
 * As long as the child is not reaped its number is its own, and so is the group's; after that the guard holds the group's.
 */
export class ChildFamily {
  readonly over: Promise<FamilyEnd>;
  readonly #options: ChildFamilyOptions;
  /** As it was seen last. One that is dying, or becomes another program, shows nothing to be known by. */
  readonly #seen = new Map<string, Kin>();
  #exit: ChildExit | null = null;
  readonly #ending = new AbortController();
  #killing = false;
  #resolveKilled: () => void = () => {};
  #killTimer: Timer | undefined;
  #killDueMs = Infinity;

  constructor(options: ChildFamilyOptions) {
    this.#options = options;
    this.over = this.#untilOver();
  }

  /** Aborts when the child ends, or is asked to. */
  get ending(): AbortSignal {
    return this.#ending.signal;
  }

  get identity(): ProcessIdentity {
    return this.#options.identity;
  }

  /** How the child itself ended, once it has. */
  get exit(): ChildExit | null {
    return this.#exit;
  }

  signal(signal: NodeJS.Signals): void {
    this.#signalAll(this.#find(), signal);
  }

  /** Asks the whole family to end, and kills it `graceMs` later. A further call can only hasten it. */
  stop(signal: NodeJS.Signals, graceMs: number): void {
    if (graceMs <= 0) return this.kill();
    this.#ending.abort();
    const found = this.#find();
    for (const each of [signal, WAKING] as const) this.#signalAll(found, each);
    const dueMs = this.#options.clock.now().monotonicMs + graceMs;
    if (dueMs >= this.#killDueMs) return;
    this.#killDueMs = dueMs;
    this.#killTimer?.cancel();
    this.#killTimer = this.#options.clock.startTimer(graceMs, () => this.kill());
  }

  kill(): void {
    this.#killing = true;
    this.#ending.abort();
    this.#resolveKilled();
    this.#killTimer?.cancel();
    this.#signalAll(this.#find(), "SIGKILL");
  }

  async #untilOver(): Promise<FamilyEnd> {
    const { gated, clock, host, leftoverGraceMs, stuckAfterMs } = this.#options;
    const killed = new Promise<void>((resolve) => (this.#resolveKilled = resolve));
    await Promise.race([gated.exited.then((exit) => (this.#exit = exit)), killed]);
    this.#ending.abort();
    const asked = new Set<string>();
    let dying: readonly Kin[] = [];
    const isDone = (): boolean => {
      dying = this.#find();
      const left = this.#killing ? [] : dying.map(({ process }) => process).filter(({ pid }) => pid !== gated.guardPid);
      const late = left.filter((process) => !asked.has(keyOfProcess(process)));
      if (asked.size === 0 && late.length > 0) this.stop("SIGTERM", leftoverGraceMs);
      // One that was just becoming another program had nothing to be known by.
      else for (const process of late) for (const signal of ASKING) this.#signalOne(process, signal);
      for (const process of late) asked.add(keyOfProcess(process));
      return left.length === 0;
    };
    await pollUntil(isDone, Infinity, clock, killed);
    this.#killTimer?.cancel();
    // Also when only the guard is seen to be left: another of its group may hide its environment.
    this.#signalAll(dying, "SIGKILL");
    // To ask whether these are dead costs less than to look for all that may live.
    await pollUntil(() => dying.every(({ process }) => host.processState(process) === "dead"), DYING_MS, clock);
    let living: readonly Kin[] = [];
    const allGone = (): boolean => {
      living = this.#find();
      this.#signalAll(living, "SIGKILL");
      return this.#exit !== null && living.length === 0;
    };
    await pollUntil(allGone, stuckAfterMs, clock);
    gated.unref();
    const escapees = [...this.#seen.values()].filter((kin) => this.#isEscapee(kin)).map(({ process }) => process);
    const stuck = this.#stuckAmong(living);
    const refusals = refusalsAmong(stuck.map((process) => this.#signalOne(process, "SIGKILL")));
    return { exit: this.#exit, begun: gated.begun, escapees, stuck, refusals };
  }

  #stuckAmong(living: readonly Kin[]): ProcessIdentity[] {
    const stuck = living.map(({ process }) => process);
    const { identity } = this.#options;
    return this.#exit !== null || stuck.some(({ pid }) => pid === identity.pid) ? stuck : [identity, ...stuck];
  }

  #find(): Kin[] {
    const { host, kin } = this.#options;
    const found = new Map([...host.scanProcesses(kin)].map((each) => [keyOfProcess(each.process), each]));
    for (const [key, each] of found) this.#seen.set(key, each);
    const hidden = [...this.#seen].filter(([key, { process }]) => !found.has(key) && isLiving(process, host));
    return [...found.values(), ...hidden.map(([, { process }]) => ({ process, processGroup: null }))];
  }

  #isEscapee({ processGroup }: Kin): boolean {
    return processGroup !== this.#options.gated.pid;
  }

  #signalAll(found: readonly Kin[], signal: NodeJS.Signals): void {
    const { host, identity, gated } = this.#options;
    // A command may change its user (gosu, sudo), and whether we may signal it then is for the system to say.
    // Where processes cannot be looked up the guard alone vouches for the number of the group.
    const vouchedFor = identity.processStartTime === null || found.some((kin) => !this.#isEscapee(kin));
    if (this.#exit === null || vouchedFor) host.signalGroup(gated.pid, signal);
    for (const kin of found) if (this.#isEscapee(kin)) this.#signalOne(kin.process, signal);
  }

  /** Its environment has shown that it is our own. */
  #signalOne(process: ProcessIdentity, signal: NodeJS.Signals): SignalOutcome {
    return this.#options.host.signalProcess(process, signal, { anyUser: true });
  }
}
