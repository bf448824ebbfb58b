import type { Clock, Lease } from "@tenure/core";
import type { Run, RunEnd } from "@tenure/schema";
import { SCHEMA_VERSION } from "@tenure/schema/light";
import { NotDueError } from "../not-due.ts";
import type { RunEvent, TermKeeper } from "../options.ts";
import { exitCodeOf, type RunOutcome } from "../outcome.ts";
import type { OutputTail } from "../output-tail.ts";
import { decideRestart, type PastRun, type RestartDecision } from "./decide.ts";
import type { RestartPolicy } from "./policy.ts";
import { keyOf, type RunLedger } from "./run-ledger.ts";
import type { StopRequests } from "./stop-requests.ts";

export interface RunBookOptions {
  readonly ledger: RunLedger;
  readonly policy: RestartPolicy;
  readonly clock: Clock;
  readonly random: () => number;
  readonly bootId: string;
  readonly tail: OutputTail;
  readonly stops: StopRequests;
  readonly onEvent?: (event: RunEvent) => void;
}

type Start = Extract<RestartDecision, { do: "start" }>;

/** Keeps the ledger while a lease is held, and decides by it what is started when. */
export class RunBook implements TermKeeper {
  readonly #options: RunBookOptions;
  /** The start that this watchdog waits for, after which run, and when it is due by the boot-time clock. */
  #plan: { readonly start: Start; readonly after: string; readonly dueAtMs: number } | null = null;
  /** The run of this term. */
  #begun: Run | null = null;

  constructor(options: RunBookOptions) {
    this.#options = options;
  }

  get isToGoOn(): boolean {
    return this.#plan !== null;
  }

  nextRun(): void {
    this.#begun = null;
  }

  dueInMs(): number {
    return Math.max(0, (this.#plan?.dueAtMs ?? 0) - this.#nowMs);
  }

  async beforeStart(lease: Lease): Promise<void> {
    const runs = this.#closed(this.#options.ledger.read());
    const last = runs.at(-1);
    const start = this.#startAfter(runs, last);
    const { boottimeMs, wallMs } = this.#options.clock.now();
    const run: Run = {
      schemaVersion: SCHEMA_VERSION,
      startTime: new Date(wallMs).toISOString(),
      bootId: this.#options.bootId,
      startedBoottimeMs: boottimeMs,
      epoch: lease.epoch,
      trigger: start.trigger,
      end: null,
      durationMs: null,
      exitCode: null,
      signal: null,
      lastOutput: "",
      isFollowed: false,
    };
    await this.#options.ledger.write([...runs, run]);
    this.#plan = null;
    this.#begun = run;
  }

  async beforeRelease(outcome: RunOutcome): Promise<void> {
    const begun = this.#begun;
    if (begun === null) return;
    const others = this.#options.ledger.read().filter((run) => keyOf(run) !== keyOf(begun));
    const signal = outcome.how === "signalled" ? outcome.signal : null;
    const ended: Run = {
      ...begun,
      end: this.#endOf(outcome),
      durationMs: Math.max(0, this.#nowMs - begun.startedBoottimeMs),
      exitCode: signal === null ? exitCodeOf(outcome) : null,
      signal,
      lastOutput: this.#options.tail.lastLines,
      ...(outcome.how === "lost" && outcome.judged !== undefined && { judged: outcome.judged }),
    };
    const decision = this.#decide([...others, ended]);
    const isFollowed = decision.do === "start" && outcome.how !== "stuck";
    // Whoever has begun another since, while this process stood still, holds the lease and has closed this one.
    if (!others.some(({ startedBoottimeMs }) => startedBoottimeMs > begun.startedBoottimeMs)) {
      await this.#options.ledger.write([...others, { ...ended, isFollowed }]);
      this.#tell({ type: "run.recorded", run: { ...ended, isFollowed } });
    }
    if (decision.do === "give-up")
      this.#tell({ type: "run.exhausted", restarts: decision.restarts, lastOutput: ended.lastOutput });
    if (isFollowed && decision.do === "start") this.#planned(decision, ended, decision.afterMs);
  }

  /** Nobody waits for the next start any more: one that comes later is by hand. */
  async giveUp(): Promise<void> {
    if (this.#plan !== null) await this.#options.ledger.giveUp(this.#plan.after);
  }

  /** @throws NotDueError */
  #startAfter(runs: readonly Run[], last: Run | undefined): Start {
    // This one still waits, whoever else has given up.
    if (last !== undefined && this.#plan?.after === keyOf(last)) {
      if (this.dueInMs() === 0) return this.#plan.start;
      throw new NotDueError("the command is not due yet");
    }
    if (last === undefined || !last.isFollowed) return { do: "start", trigger: "manual", afterMs: 0, failures: 0 };
    const decision = this.#decide(runs);
    // What another watchdog meant to go on with, this one may have no budget for: that is its policy, and a start by hand.
    if (decision.do !== "start") return { do: "start", trigger: "manual", afterMs: 0, failures: 0 };
    const endedMs = last.startedBoottimeMs + (last.durationMs ?? 0);
    const passedMs = decision.trigger === "probe" ? 0 : Math.max(0, this.#nowMs - endedMs);
    if (decision.afterMs <= passedMs) return decision;
    this.#planned(decision, last, decision.afterMs - passedMs);
    throw new NotDueError("the command is not due yet");
  }

  #planned(start: Start, after: Run, afterMs: number): void {
    this.#plan = { start, after: keyOf(after), dueAtMs: this.#nowMs + afterMs };
    const { trigger, failures } = start;
    this.#tell({ type: "run.restarting", trigger, failures, afterMs, lastOutput: after.lastOutput });
  }

  #decide(runs: readonly Run[]): RestartDecision {
    const here = runs.filter((run) => run.bootId === this.#options.bootId);
    const now = { nowMs: this.#nowMs, random: this.#options.random() };
    return decideRestart(this.#options.policy, here.map(pastRun), now);
  }

  /** Whoever holds the lease knows that a run without an end has none any more: its watchdog died with it. */
  #closed(runs: readonly Run[]): readonly Run[] {
    const here = (run: Run): boolean => run.bootId === this.#options.bootId;
    return runs
      .filter(here)
      .map((run) => (run.end === null ? { ...run, end: "interrupted", durationMs: 0, isFollowed: true } : run));
  }

  #endOf(outcome: RunOutcome): RunEnd {
    const { stops } = this.#options;
    if (outcome.how === "given-up" || stops.isStop(outcome.how === "signalled" ? outcome.signal : null))
      return "stopped";
    if (outcome.how === "exited") return outcome.exitCode === 0 ? "completed" : "failed";
    if (outcome.how !== "lost") return "failed";
    return blamesCommand.has(outcome.error.reason) ? "failed" : "lost";
  }

  get #nowMs(): number {
    return this.#options.clock.now().boottimeMs;
  }

  #tell(event: RunEvent): void {
    this.#options.onEvent?.(event);
  }
}

const blamesCommand: ReadonlySet<string> = new Set(["holder-stopped", "holder-dead", "work-stalled"]);

function pastRun({ trigger, end, startedBoottimeMs, durationMs }: Run): PastRun {
  return { trigger, end: end ?? "interrupted", startedAtMs: startedBoottimeMs, durationMs: durationMs ?? 0 };
}
