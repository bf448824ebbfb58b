import { elapsedAtMostMs, LeaseError, LeaseLostError } from "@tenure/core";
import type { Lease } from "@tenure/core";
import { keepAlive } from "@tenure/heartbeat";
import type { ProcessWatch } from "@tenure/heartbeat";
import type { ProcessIdentity, ReleaseReason } from "@tenure/schema";
import { quoteForDisplay } from "@tenure/schema/light";
import { ChildFamily } from "./child-family.ts";
import type { FamilyEnd } from "./child-family.ts";
import { CannotStartError } from "./command.ts";
import { PROGRESS_FD } from "./gate.ts";
import type { ChildExit, GatedProcess } from "./gate.ts";
import { leaseEnvironment, startedUnder } from "./lease-environment.ts";
import { NotDueError } from "./not-due.ts";
import type { RunEvent, RunOptions } from "./options.ts";
import { endOrphans } from "./orphans.ts";
import type { RunOutcome } from "./outcome.ts";
import { systemProcesses } from "./process-host.ts";
import type { ProcessHost } from "./process-host.ts";
import { describeSighting } from "./progress/sighting.ts";
import { progressSource } from "./progress/source.ts";
import { WorkWatch } from "./progress/work-watch.ts";
import type { Judgement } from "./restart/judge.ts";
import type { SignalRelay } from "./signal-relay.ts";
import { systemSurroundings } from "./surroundings.ts";
import type { RunSurroundings } from "./surroundings.ts";

export interface TermOptions extends RunOptions {
  /** What `command` names: an absolute path. */
  readonly file: string;
  readonly env: NodeJS.ProcessEnv;
  readonly relay: SignalRelay;
}

/** Of the time a loss leaves for stopping, the part kept for SIGKILL to take effect. */
const KILL_SHARE = 0.25;
/** Generous, since a busy machine is no dead disk, and nobody is let in meanwhile. */
const STUCK_AFTER_MS = 10_000;

/** A terminal, npm and a service manager may each hand on one and the same request: what comes so soon is no second one. */
const SAME_REQUEST_MS = 1_000;

const INHERITED = ["inherit", "inherit", "inherit"] as const;

/** One term in office: from the lease just acquired, over one child, to the lease given back. */
export class Term {
  readonly #lease: Lease;
  readonly #options: TermOptions;
  readonly #host: ProcessHost;
  readonly #surroundings: RunSurroundings;
  readonly #stopTimeoutMs: number;
  readonly #stuckAfterMs: number;
  #child: ProcessIdentity | null = null;
  // Why the child is being stopped; the first that applies is the run's outcome.
  #lost: LeaseLostError | null = null;
  /** The child had ended before this process heard that the lease is lost. */
  #wasDead = false;
  #judged: string | null = null;
  #transfer: Awaited<Lease["transferRequested"]> | null = null;
  #stoppedBy: NodeJS.Signals | null = null;
  #stoppedAtMs = 0;

  constructor(lease: Lease, options: TermOptions) {
    this.#lease = lease;
    this.#options = options;
    this.#host = options.host ?? systemProcesses;
    this.#surroundings = options.surroundings ?? systemSurroundings;
    this.#stopTimeoutMs = options.stopTimeoutMs ?? lease.timing.stopTimeoutMs;
    this.#stuckAfterMs = options.stuckAfterMs ?? STUCK_AFTER_MS;
  }

  async run(): Promise<RunOutcome> {
    const { clock, random, onEvent } = this.#options;
    this.#tell({ type: "run.leading", epoch: this.#lease.epoch });
    const watch = { process: this.#watchedProcess() };
    const heartbeat = keepAlive(this.#lease, { clock, random, watch, ...(onEvent && { onEvent }) });
    let giveBack = (): Promise<void> => this.#release("failed");
    try {
      const outcome = await this.#lead().then(
        (led) => {
          giveBack = () => this.#giveBack(led);
          return led;
        },
        (error: unknown) => {
          // Nothing runs: what cannot be started ends here, and so does a lease lost before its child was started.
          if (error instanceof NotDueError) giveBack = () => this.#release("stopped");
          return outcomeOfFailure(error);
        },
      );
      // Where this fails, what does not die is stuck all the same, and its lease is not given back.
      await this.#options.terms?.beforeRelease(outcome);
      return outcome;
    } finally {
      await heartbeat.stop();
      await giveBack();
    }
  }

  async #lead(): Promise<RunOutcome> {
    const { relay } = this.#options;
    const stuck = await this.#endOrphans();
    if (stuck !== null) return stuck;
    if (relay.gaveUpBy === null) await this.#options.terms?.beforeStart(this.#lease);
    const family = relay.gaveUpBy === null ? await this.#start() : null;
    if (family === null) return { how: "given-up", signal: relay.gaveUpBy ?? "SIGTERM" };
    return this.#outcomeOf(await family.over);
  }

  async #endOrphans(): Promise<RunOutcome | null> {
    const { clock } = this.#options;
    const { ended, stuck, refusals } = await endOrphans(this.#lease, this.#host, {
      clock,
      withinMs: this.#stuckAfterMs,
    });
    if (ended.length > 0) this.#tell({ type: "run.orphans_ended", processes: ended });
    if (stuck.length === 0) return null;
    const what = "was left by an earlier holder and does not die; nothing was started";
    return this.#stuck("ELOCKED", { stuck, refusals }, what);
  }

  /** `null`: given up meanwhile. The command runs only when its identity is committed and the lease is still held. */
  async #start(): Promise<ChildFamily | null> {
    const {
      clock,
      env,
      file,
      args = [],
      stdio: [stdin, stdout, stderr] = INHERITED,
      stderrTail,
      relay,
    } = this.#options;
    const lease = this.#lease;
    const stdio = [stdin, stdout, stderrTail === undefined ? stderr : "pipe"] as const;
    const progressPipe = this.#options.progress?.from.kind === "pipe";
    // A descriptor of a watchdog around this one is none of this command's.
    const reports = { LEASE_PROGRESS_FD: progressPipe ? String(PROGRESS_FD) : undefined };
    const childEnv = { ...env, ...leaseEnvironment(lease), ...reports };
    const gated = await this.#surroundings.spawnGated({ file, args, env: childEnv, stdio, progressPipe });
    if (gated.stderr !== null) stderrTail?.follow(gated.stderr);
    const family = new ChildFamily({
      gated,
      identity: this.#identify(gated),
      kin: startedUnder(lease),
      host: this.#host,
      clock,
      leftoverGraceMs: this.#stopTimeoutMs,
      stuckAfterMs: this.#stuckAfterMs,
    });
    try {
      await lease.recordChild(family.identity);
      lease.assertHeld();
    } catch (error) {
      family.kill();
      await family.over;
      throw error;
    }
    if (relay.gaveUpBy !== null) {
      family.kill();
      await family.over;
      return null;
    }
    this.#child = family.identity;
    this.#follow(family);
    void gated.exited.then((exit) => this.#ended(exit));
    this.#watchWork(family, gated);
    gated.open();
    this.#tell({ type: "run.started", child: family.identity });
    return family;
  }

  #identify(gated: GatedProcess): ProcessIdentity {
    try {
      return this.#host.processOf(gated.pid);
    } catch (error) {
      gated.close();
      throw error;
    }
  }

  /** Everything that may want the child to stop, until it has. */
  #follow(family: ChildFamily): void {
    const over = new AbortController();
    void family.over.then(() => over.abort());
    this.#options.relay.handTo((signal) => this.#signalled(family, signal));
    const lost = (): void => this.#leaseLost(family);
    this.#lease.signal.addEventListener("abort", lost, { signal: over.signal });
    void this.#lease.transferRequested.then((request) => {
      // One that has ended by itself is told so, also when this process stood still and has not heard of it yet.
      if (over.signal.aborted || this.#host.processState(family.identity) === "dead") return;
      this.#transfer = request;
      this.#tell({ type: "run.stopping", why: `transfer to ${quoteForDisplay(request.holderIdentity)}` });
      family.stop("SIGTERM", this.#stopTimeoutMs);
    });
  }

  /** From the start of the command until it ends, or is to end: then its work may well stand still. It may have ended already. */
  #watchWork(family: ChildFamily, gated: GatedProcess): void {
    const { clock, progress } = this.#options;
    if (progress === undefined || family.ending.aborted) return;
    const watch = new WorkWatch({
      progress,
      source: progressSource(progress.from, { clock, deadlineMs: progress.deadlineMs, pipe: gated.progress }),
      clock,
      stateOf: () => (this.#host.processState(family.identity) === "stopped" ? "stopped" : "running"),
      pauseOf: () => this.#lease.record.paused,
      onVerdict: (judgement) => this.#judge(family, judgement),
    });
    family.ending.addEventListener("abort", () => watch.stop(), { once: true });
  }

  /** Gives the lease up for a command that does not work: nothing is renewed any more, whether or not it lets itself be ended. */
  #judge(family: ChildFamily, judgement: Judgement): void {
    const sighting = judgement.act ? this.#surroundings.look(family.identity.pid as number) : null;
    this.#tell({ type: "run.judged", judgement, sighting, lastOutput: this.#options.stderrTail?.lastLines ?? "" });
    if (sighting === null) return;
    this.#judged = `${judgement.verdict}: ${judgement.evidence}; ${describeSighting(sighting)}`;
    const reason = judgement.verdict === "wedged" ? "work-stalled" : "holder-stopped";
    const { name, holderIdentity, epoch } = this.#lease;
    const message = `${this.#named} is given up, since its command is ${this.#judged}`;
    this.#lease.lose(new LeaseLostError(reason, message, { name, holderIdentity, epoch }));
  }

  #signalled(family: ChildFamily, signal: NodeJS.Signals): void {
    // What a child makes of the other signals is its own affair; these two ask it to end, and are not ignored for ever.
    if (signal !== "SIGTERM" && signal !== "SIGINT") return family.signal(signal);
    const nowMs = this.#options.clock.now().monotonicMs;
    if (this.#stoppedBy !== null) return nowMs - this.#stoppedAtMs < SAME_REQUEST_MS ? undefined : family.kill();
    this.#stoppedBy = signal;
    this.#stoppedAtMs = nowMs;
    this.#tell({ type: "run.stopping", why: signal });
    family.stop(signal, this.#stopTimeoutMs);
  }

  #ended(exit: ChildExit): void {
    this.#tell({ type: "run.child_ended", exit });
    if (exit.signal === null) return;
    try {
      this.#lease.assertHeld();
    } catch (error) {
      // Whoever leads next ends what was left running: this process stood still, and hears of the signal before it hears of the loss.
      this.#lost = error as LeaseLostError;
    }
  }

  #leaseLost(family: ChildFamily): void {
    // Lost while the child's leftovers are swept up: the child itself had ended in time.
    if (family.exit === null) this.#lost = this.#lease.signal.reason as LeaseLostError;
    this.#wasDead = this.#host.processState(family.identity) === "dead";
    this.#tell({ type: "run.stopping", why: "the lease is lost" });
    family.stop("SIGTERM", this.#leftForStoppingMs() * (1 - KILL_SHARE));
  }

  /** Nobody else may lead before D + S after the last renewal was sent; until then everything is gone. */
  #leftForStoppingMs(): number {
    const { timing, renewedAt } = this.#lease;
    return timing.renewDeadlineMs + timing.stopTimeoutMs - elapsedAtMostMs(renewedAt, this.#options.clock.now());
  }

  #outcomeOf({ exit, begun, escapees, stuck, refusals }: FamilyEnd): RunOutcome {
    if (escapees.length > 0) this.#tell({ type: "run.escapees_ended", processes: escapees });
    if (exit === null || stuck.length > 0) {
      return this.#stuck("ELEASELOST", { stuck, refusals }, "does not die; the lease is not given back");
    }
    // One that had ended by itself while this process stood still is told so; a signal was a successor's.
    if (this.#wasDead && exit.signal === null) this.#lost = null;
    if (this.#lost !== null) {
      return { how: "lost", error: this.#lost, ...(this.#judged !== null && { judged: this.#judged }) };
    }
    if (this.#transfer !== null) return { how: "lost", error: this.#gaveWay(this.#transfer.holderIdentity) };
    if (!begun && this.#stoppedBy === null) return { how: "not-started", error: this.#neverBegun(exit) };
    if (exit.signal !== null) return { how: "signalled", signal: exit.signal };
    return { how: "exited", exitCode: exit.exitCode ?? 0 };
  }

  /** After the work has stopped. What does not die keeps its place in the record, for whoever leads next on this host. */
  async #giveBack(outcome: RunOutcome): Promise<void> {
    if (outcome.how === "stuck") return;
    if (this.#transfer !== null && this.#lost === null) return await this.#giveWay(this.#transfer);
    if (outcome.how === "lost" && outcome.judged !== undefined) return await this.#release("failed");
    if (this.#stoppedBy !== null || outcome.how === "given-up" || outcome.how === "lost") {
      return await this.#release("stopped");
    }
    await this.#release(outcome.how === "exited" && outcome.exitCode === 0 ? "completed" : "failed");
  }

  async #giveWay({ holderIdentity, expiresAfterMs }: Awaited<Lease["transferRequested"]>): Promise<void> {
    await this.#tellFailure(this.#lease.transfer(holderIdentity, { expiresAfterMs }));
  }

  async #release(reason: ReleaseReason): Promise<void> {
    await this.#tellFailure(this.#lease.release(reason));
  }

  /** The child has ended, however the store answers: that is not undone by an error, only slower to be known by others. */
  async #tellFailure(written: Promise<void>): Promise<void> {
    try {
      await written;
    } catch (error) {
      // Another's by now: there is nothing left to give back.
      const gone = error instanceof LeaseError && (error.code === "ENOTACQUIRED" || error.code === "ELEASELOST");
      if (!gone) this.#tell({ type: "run.release_failed", error });
    }
  }

  /** Our child's end is told by the system at once; only that it stands still must be looked for. */
  #watchedProcess(): ProcessWatch {
    const holder = this.#lease.record.holder as ProcessIdentity;
    const child = (): ProcessIdentity | null => this.#child;
    const host = this.#host;
    return {
      get identity() {
        return child() ?? holder;
      },
      stateOf: (process) => (child() !== null && host.processState(process) === "stopped" ? "stopped" : "running"),
    };
  }

  #neverBegun({ exitCode, signal }: ChildExit): CannotStartError {
    const how = signal === null ? `with exit code ${exitCode}` : `by ${signal}`;
    const advice = "Is a limit of processes reached (pids.max of its cgroup, ulimit -u)?";
    const message = `${quoteForDisplay(this.#options.file)} was not started: the shell that was to guard it and become it ended ${how}. ${advice}`;
    return new CannotStartError(126, message);
  }

  #gaveWay(to: string): LeaseLostError {
    const { name, holderIdentity, epoch } = this.#lease;
    const message = `${this.#named} gave way to ${quoteForDisplay(to)}, as it was asked to`;
    return new LeaseLostError("transferred", message, { name, holderIdentity, epoch });
  }

  #stuck(
    code: "ELOCKED" | "ELEASELOST",
    { stuck: processes, refusals }: Pick<FamilyEnd, "stuck" | "refusals">,
    what: string,
  ): RunOutcome {
    this.#tell({ type: "run.stuck", processes });
    const { name, holderIdentity, epoch } = this.#lease;
    const pids = processes.map(({ pid }) => pid).join(", ");
    const advice =
      refusals.length === 0
        ? "See what it waits for (state D: a hung disk?) and end it"
        : `It was not killed: ${refusals.join("; ")}. End it, and run this as a user that may`;
    const message = `${this.#named}: process ${pids} ${what}. ${advice}`;
    return { how: "stuck", processes, error: new LeaseError(code, message, { name, holderIdentity, epoch }) };
  }

  get #named(): string {
    const { name, holderIdentity, epoch } = this.#lease;
    return `lease ${quoteForDisplay(name)} (holder ${quoteForDisplay(holderIdentity)}, epoch ${epoch})`;
  }

  #tell(event: RunEvent): void {
    try {
      this.#options.onEvent?.(event);
    } catch (error) {
      // A listener's fault stops nothing here, least of all a child's being stopped.
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}

/** @throws what is no outcome of the command's. */
function outcomeOfFailure(error: unknown): RunOutcome {
  if (error instanceof CannotStartError) return { how: "not-started", error };
  if (error instanceof LeaseLostError) return { how: "lost", error };
  throw error;
}
