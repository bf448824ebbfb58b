import type { Recorder } from "../recorder.ts";
import type { ChildPlan } from "../schedule/plan.ts";
import type { Machine } from "./machine.ts";
import type { SimProcess } from "./sim-process.ts";

/** A pipe's end at the watchdog. */
export type OnReport = (data: Buffer) => void;

export interface FamilyContext {
  readonly machine: Machine;
  readonly recorder: Recorder;
  readonly watchdog: SimProcess;
  readonly plan: ChildPlan;
  /** Of this run; `null`: it does not end by itself. */
  readonly runsForMs: number | null;
  readonly role: string;
  readonly name: string;
  /** A person started it, or might as well have. */
  readonly byHand: () => boolean;
  readonly isQuiet: () => boolean;
  readonly work: (process: SimProcess) => void;
  readonly onFault: (kind: string) => void;
}

const REPORT = Buffer.from("\n");
/** From the end of a pipe to what whoever waits at the other does about it. */
const PIPE_MS = 2;

/** One run of a command: the process that was started, what it starts itself, and the guard in its group. */
export class Family {
  readonly main: SimProcess;
  readonly name: string;
  guard: SimProcess | null = null;
  onReport: OnReport = () => {};
  /** Whoever started it has sent it a signal. */
  asked = false;
  /** Whoever started it has said that it does not work. */
  judged = false;
  #works = true;
  #how: "completed" | "asked" | "failed" = "failed";
  #startedAtMs = 0;
  readonly #context: FamilyContext;
  readonly #workers = new Set<SimProcess>();

  constructor(main: SimProcess, context: FamilyContext) {
    this.main = main;
    this.name = context.name;
    this.#context = context;
    // End of file where a word was waited for.
    context.watchdog.onDeath(() => main.later(PIPE_MS, () => this.#startedAtMs === 0 && main.exit(1)));
  }

  /** In truth: it does all that it was started for, and has gone on for long enough to have said so. */
  get works(): boolean {
    const { machine, plan } = this.#context;
    const { runsFromMs, alive } = this.main;
    // What was held at its gate began late, and has all of its start before it.
    const wasHeld = runsFromMs > 0 && runsFromMs <= this.#startedAtMs;
    const fromMs = wasHeld ? this.#startedAtMs + plan.startsInMs : runsFromMs;
    return this.#works && alive && machine.agenda.nowMs > fromMs + PIPE_MS;
  }

  /** It became the command. */
  get begun(): boolean {
    return this.#startedAtMs > 0;
  }

  /** The word has come: a guard is left beside it, and the command runs. `false`: it does already, or cannot any more. */
  begin(): boolean {
    if (this.#startedAtMs > 0 || !this.main.alive) return false;
    const { machine, recorder, watchdog, plan, runsForMs, role, name, byHand, onFault } = this.#context;
    this.#startedAtMs = machine.agenda.nowMs;
    this.#guard();
    const by = watchdog.identity.instanceId;
    const started = { kind: "child-started", at: recorder.nowMs, role, child: name, by } as const;
    recorder.note(byHand() ? { ...started, byHand: true } : started);
    this.#takeIn(this.main);
    if (plan.escapes) {
      onFault("escapee");
      this.#takeIn(machine.spawn({ ...this.main.start, processGroup: undefined }));
    }
    if (plan.losesGuard) this.guard?.later(plan.startsInMs, () => (onFault("guard lost"), this.guard?.kill()));
    this.main.later(plan.startsInMs, () => this.#work());
    if (runsForMs !== null) this.main.later(runsForMs, () => this.#leave());
    if (plan.hangsAfterMs !== null) this.main.later(plan.hangsAfterMs, () => this.#hang());
    return true;
  }

  /** Kills the group when the pipe closes, whatever the group ignores. */
  #guard(): void {
    const { machine, watchdog } = this.#context;
    const guard = machine.spawn({ ...this.main.start });
    this.guard = guard;
    guard.onSignal = () => {};
    const fall = (): void => guard.later(PIPE_MS, () => machine.signalGroup(this.main.start.processGroup, "SIGKILL"));
    if (watchdog.alive) watchdog.onDeath(fall);
    else fall();
  }

  #takeIn(worker: SimProcess): void {
    const { plan, recorder, role, name } = this.#context;
    this.#workers.add(worker);
    worker.onSignal = () => {
      if (plan.endsInMs !== null) worker.later(plan.endsInMs, () => worker.exit(worker === this.main ? 0 : 143));
    };
    worker.onGone(() => {
      if (worker === this.main) this.#how = this.#howItEnded();
      this.#workers.delete(worker);
      if (this.#workers.size > 0) return;
      recorder.note({ kind: "child-ended", at: recorder.nowMs, role, child: name, how: this.#how });
    });
  }

  #howItEnded(): "completed" | "asked" | "failed" {
    if (this.asked && !this.judged) return "asked";
    return this.main.end?.exitCode === 0 && !this.asked ? "completed" : "failed";
  }

  #work(): void {
    const { plan, watchdog, work, isQuiet } = this.#context;
    if (this.#works || isQuiet()) {
      work(this.main);
      watchdog.later(PIPE_MS, () => this.onReport(REPORT));
    }
    void this.main.clock.startTimer(plan.worksEveryMs, () => this.#work());
  }

  #leave(): void {
    const { plan, isQuiet } = this.#context;
    if (!isQuiet() && this.#works) this.main.exit(plan.exitCode);
  }

  #hang(): void {
    const { isQuiet, onFault } = this.#context;
    if (isQuiet()) return;
    onFault("child hangs");
    this.#works = false;
  }
}
