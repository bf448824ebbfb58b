import { elapsedAtMostMs } from "@tenure/core";
import type { Lease } from "@tenure/core";
import { bootId, processOf, processState, scanProcesses, signalProcess } from "@tenure/host";
import { CannotStartError } from "@tenure/watchdog";
import type {
  GatedProcess,
  GateOptions,
  LedgerFiles,
  ProcessHost,
  RunOutcome,
  RunSurroundings,
} from "@tenure/watchdog";
import type { Recorder } from "../recorder.ts";
import type { ChildPlan } from "../schedule/plan.ts";
import { Family } from "./family.ts";
import type { Machine } from "./machine.ts";
import { codeOf } from "./machine.ts";
import type { SimProcess } from "./sim-process.ts";

export interface ChildrenOptions {
  readonly machine: Machine;
  readonly recorder: Recorder;
  readonly ledgerFiles: (watchdog: SimProcess) => LedgerFiles;
  /** A piece of work of a child's, done in its name. */
  readonly work: (child: SimProcess, epoch: number) => void;
  readonly isQuiet: () => boolean;
  readonly onFault: (kind: string) => void;
}

/** How long the system takes to make a process, at most. */
const FORK_MS = 4;
/** From SIGKILL to the end of everything that got it, and as long as one round of looking for it takes. */
const STOPPING_MS = 250;
const LOOK_MS = 10;

/** The children of all watchdogs of one machine: how they are started, signalled and found, and what becomes of them. */
export class Children {
  readonly #options: ChildrenOptions;
  readonly #families = new WeakMap<SimProcess, Family>();
  /** Whose command was begun last. */
  #last: SimProcess | null = null;
  /** Who waits for what follows the last run. */
  readonly #waiting = new Set<SimProcess>();
  #byHand = true;
  #boot = 0;
  #runs = 0;

  constructor(options: ChildrenOptions) {
    this.#options = options;
  }

  /** The last one of a watchdog. Another may have started a process since, only to learn that its term is over. */
  of(watchdog: SimProcess | null | undefined): Family | undefined {
    return watchdog ? this.#families.get(watchdog) : undefined;
  }

  /** A watchdog has planned what follows the last run, its own or another's. */
  waits(watchdog: SimProcess): void {
    this.#waiting.add(watchdog);
  }

  /** A watchdog has come to its end in good order, and says so. */
  ended(watchdog: SimProcess, outcome: RunOutcome): void {
    const { recorder } = this.#options;
    const stuck = outcome.how === "stuck";
    const isLast = this.#last === watchdog;
    if (isLast) recorder.note({ kind: "child-stopped", at: recorder.nowMs, role: this.#role, stuck });
    // Who was stopped while it waited was so by hand as well, whoever ran the command and whoever waits on.
    if (!stuck && (isLast || this.#waiting.has(watchdog))) this.#byHand = true;
  }

  /** A watchdog has said that its child does not work. */
  judged(watchdog: SimProcess): void {
    const { recorder } = this.#options;
    const family = this.of(watchdog);
    if (family === undefined) return;
    family.judged = true;
    const { name, works } = family;
    recorder.note({ kind: "judged", at: recorder.nowMs, role: this.#role, child: name, working: works });
  }

  /** A watchdog leads: once it learns that it does not any more, its child is to be gone by D + S after its last renewal. */
  leadingUnder(watchdog: SimProcess, lease: Lease): void {
    const { recorder, machine } = this.#options;
    lease.signal.addEventListener("abort", () => {
      const family = this.of(watchdog);
      if (family === undefined) return;
      const role = this.#role;
      const { renewDeadlineMs, stopTimeoutMs } = lease.timing;
      const passedMs = elapsedAtMostMs(lease.renewedAt, watchdog.clock.now());
      const forMs = Math.max(0, renewDeadlineMs + stopTimeoutMs - passedMs) + STOPPING_MS;
      const look = (leftMs: number): void => {
        if (!watchdog.alive) return;
        const stands = machine.agenda.nowMs < watchdog.runsFromMs || watchdog.isLate || family.main.wedged;
        const restMs = stands ? forMs : leftMs - LOOK_MS;
        if (restMs > 0) machine.agenda.after(LOOK_MS, () => look(restMs));
        else recorder.note({ kind: "child-due", at: recorder.nowMs, role, child: family.name });
      };
      look(forMs);
    });
  }

  hostOf(watchdog: SimProcess): ProcessHost {
    const { procReader: reader } = watchdog;
    const { machine } = this.#options;
    const asked = (pid: number): void => {
      const family = this.of(watchdog);
      if (family?.main.identity.pid === pid) family.asked = true;
    };
    return {
      processOf: (pid) => processOf(pid, {}, reader),
      processState: (process) => processState(process, reader),
      scanProcesses: (options) => scanProcesses(options, reader),
      signalProcess: (process, signal, options) => {
        const sent = signalProcess(process, signal, options, reader);
        if (sent.outcome === "sent") asked(process.pid ?? 0);
        return sent;
      },
      signalGroup: (group, signal) => {
        // What a dead process had begun to do it never does.
        if (!watchdog.alive) return;
        asked(group);
        try {
          machine.signalGroup(group, signal);
        } catch (error) {
          // As on a real machine: a group that has ended since it was looked at needs no signal any more.
          if (codeOf(error) !== "ESRCH") throw error;
        }
      },
    };
  }

  surroundingsOf(watchdog: SimProcess, plan: ChildPlan): RunSurroundings {
    return {
      bootId: () => bootId(watchdog.procReader),
      resolveCommand: (command) => command,
      spawnGated: (options) => this.#spawn(watchdog, plan, options),
      look: () => ({ state: "S", waitsIn: null, threads: 1, openDescriptors: 3 }),
      stayAlive: () => () => {},
      ledgerFiles: this.#options.ledgerFiles(watchdog),
    };
  }

  /** Each boot of a machine has children of its own: nothing of them outlives it. */
  get #role(): string {
    return `child in boot ${this.#options.machine.boot}`;
  }

  /** The first start of a boot, in which no run of another one is counted, and the first after an end in good order. */
  #isByHand(): boolean {
    const { boot } = this.#options.machine;
    const isByHand = this.#byHand || boot !== this.#boot;
    this.#boot = boot;
    this.#byHand = false;
    return isByHand;
  }

  #lengthOfNextRun({ runsForMs }: ChildPlan): number | null {
    if (runsForMs === null || typeof runsForMs === "number") return runsForMs;
    const lengthMs = runsForMs[this.#runs % runsForMs.length] ?? null;
    this.#runs += 1;
    return lengthMs;
  }

  #spawn(watchdog: SimProcess, plan: ChildPlan, { env }: GateOptions): Promise<GatedProcess> {
    const { machine, onFault } = this.#options;
    return new Promise((resolve, reject) => {
      watchdog.later(FORK_MS * machine.random.next(), () => {
        if (machine.random.chance(plan.failsToStart)) {
          onFault("fork fails");
          return reject(new CannotStartError(126, "cannot start a process: EAGAIN: simulated"));
        }
        resolve(this.#gated(watchdog, plan, env));
      });
    });
  }

  #gated(watchdog: SimProcess, plan: ChildPlan, env: NodeJS.ProcessEnv): GatedProcess {
    const { machine, recorder, work, isQuiet, onFault } = this.#options;
    const epoch = Number(env["LEASE_EPOCH"]);
    if (plan.recyclesPid) onFault("recycled-pid of a child");
    const environment = plan.hidesEnvironment ? null : (env as Record<string, string>);
    const main = machine.spawn({ namespaces: watchdog.namespaces, recycle: plan.recyclesPid, environment });
    const family = new Family(main, {
      machine,
      recorder,
      watchdog,
      plan,
      runsForMs: this.#lengthOfNextRun(plan),
      role: this.#role,
      name: main.identity.instanceId,
      byHand: () => this.#isByHand(),
      isQuiet,
      work: (child) => work(child, epoch),
      onFault,
    });
    this.#families.set(watchdog, family);
    const begin = (): void => {
      if (!family.begin()) return;
      this.#last = watchdog;
      this.#waiting.clear();
    };
    const pipeMs = (): number => machine.random.next();
    return {
      pid: main.identity.pid ?? 0,
      get guardPid() {
        return family.guard?.identity.pid ?? null;
      },
      get begun() {
        return family.begun;
      },
      exited: new Promise((resolve) =>
        main.onGone(() => watchdog.enter(() => resolve(main.end ?? { exitCode: 1, signal: null }))),
      ),
      stderr: null,
      progress: { on: (_event, listener) => (family.onReport = listener) },
      open: () => main.later(pipeMs(), begin),
      close: () => main.later(pipeMs(), () => main.exit(1)),
      unref: () => {},
    };
  }
}
