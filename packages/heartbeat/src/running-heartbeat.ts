import { LeaseLostError } from "@tenure/core";
import type { Instant, Lease, Timer } from "@tenure/core";
import type { LossReason } from "@tenure/schema";
import { EventLoopGuard } from "./event-loop.ts";
import { loss } from "./loss.ts";
import type { Heartbeat, HeartbeatOptions, HeartbeatState } from "./options.ts";
import { attemptMs, drawIntervalMs, drawRetryDelayMs } from "./schedule.ts";
import { Teller } from "./teller.ts";
import { VitalSigns } from "./vital-signs.ts";

/** One beat after the other, as one loop: that is why two renewals are never under way at once. */
export class RunningHeartbeat implements Heartbeat {
  readonly lostFlag: Int32Array = new Int32Array(new SharedArrayBuffer(4));
  readonly ended: Promise<LossReason | "stopped">;
  readonly #lease: Lease;
  readonly #options: HeartbeatOptions;
  readonly #vitalSigns: VitalSigns;
  readonly #loopGuard: EventLoopGuard | undefined;
  readonly #teller: Teller;
  readonly #beating: Promise<void>;
  readonly #leaseOver: Promise<void>;
  #state: HeartbeatState = "leading";
  #resolveEnded: (why: LossReason | "stopped") => void = () => {};
  #wake: () => void = () => {};
  #pauseTimer: Timer | undefined;
  #jeopardyTimer: Timer | undefined;

  constructor(lease: Lease, options: HeartbeatOptions) {
    this.#lease = lease;
    this.#options = options;
    this.#teller = new Teller(lease, options.clock, options.onEvent);
    this.#vitalSigns = new VitalSigns(lease, options);
    this.ended = new Promise((resolve) => (this.#resolveEnded = resolve));
    // Listens for as long as the lease lives, also after `stop`: other threads still rely on the flag then.
    this.#leaseOver = new Promise((resolve) => {
      const ended = (): void => {
        this.#leaseEnded();
        resolve();
      };
      lease.signal.addEventListener("abort", ended, { once: true });
    });
    this.#loopGuard = this.#guardEventLoop();
    this.#renewed();
    this.#beating = this.#beat().catch((error: unknown) => this.#failed(error));
  }

  get state(): HeartbeatState {
    return this.#state;
  }

  progress(): void {
    this.#vitalSigns.progress();
  }

  async stop(): Promise<void> {
    this.#end("stopped", "stopped");
    // A renewal that hangs can renew nothing any more once the lease is over.
    await Promise.race([this.#beating, this.#leaseOver]);
  }

  get #over(): boolean {
    return this.#state === "lost" || this.#state === "stopped";
  }

  async #beat(): Promise<void> {
    const { timing } = this.#lease;
    const { random } = this.#options;
    let sentAt = this.#lease.renewedAt;
    let delayMs = this.#leftOf(drawIntervalMs(timing, random), sentAt);
    for (;;) {
      await this.#pause(delayMs);
      if (this.#over) return;
      sentAt = this.#options.clock.now();
      const renewed = await this.#attempt();
      if (this.#over) return;
      // From send to send: the time an answer takes, and a timer's lateness, do not add up over the term.
      delayMs = renewed
        ? this.#leftOf(drawIntervalMs(timing, random), sentAt)
        : drawRetryDelayMs(this.#lease.remainingMs(), timing, random);
    }
  }

  /** Resolves with whether the lease was renewed; that it was lost shows in the state. */
  async #attempt(): Promise<boolean> {
    this.#loopGuard?.check();
    if (this.#over) return false;
    try {
      this.#assertLife();
      await this.#lease.renew({ beforeRetry: () => this.#assertLife() });
    } catch (error) {
      // A lost lease has told so itself, by its signal.
      if (!this.#over && !(error instanceof LeaseLostError)) this.#attemptFailed(error);
      return false;
    }
    if (!this.#over) this.#renewed();
    return true;
  }

  /** Before each request: the holder may have died while another writer made one more of them necessary. */
  #assertLife(): void {
    const sighting = this.#vitalSigns.look();
    if (sighting === "well") return;
    if (!("lost" in sighting)) throw new Error(sighting.blind);
    this.#lease.lose(sighting.lost);
    throw sighting.lost;
  }

  #renewed(): void {
    const { timing } = this.#lease;
    const { clock } = this.#options;
    const remainingMs = this.#lease.remainingMs();
    this.#loopGuard?.killAfter(remainingMs + timing.stopTimeoutMs);
    this.#jeopardyTimer?.cancel();
    // An attempt that hangs fails nowhere, so what remains is watched as well.
    this.#jeopardyTimer = clock.startTimer(Math.max(0, remainingMs - attemptMs(timing)), () =>
      this.#enterJeopardy("what remains is less than one attempt may take"),
    );
    if (this.#state !== "jeopardy") return;
    this.#state = "leading";
    this.#teller.tell("lease.safe", "renewed again");
  }

  /** Nothing renews any more: what it was that failed, a clock or a source of randomness, is told, and no lease outlives it. */
  #failed(error: unknown): void {
    if (this.#over) return;
    const message = error instanceof Error ? error.message : String(error);
    this.#lease.lose(loss(this.#lease, "renewal-stopped", `its heartbeat failed: ${message}`, error));
  }

  #attemptFailed(error: unknown): void {
    const remark = error instanceof Error ? error.message : String(error);
    this.#teller.tell("lease.renew_failed", remark);
    this.#enterJeopardy(remark);
  }

  #enterJeopardy(remark: string): void {
    if (this.#state !== "leading") return;
    this.#state = "jeopardy";
    this.#teller.tell("lease.jeopardy", remark);
  }

  #leaseEnded(): void {
    Atomics.store(this.lostFlag, 0, 1);
    Atomics.notify(this.lostFlag, 0);
    const error: unknown = this.#lease.signal.reason;
    this.#end("lost", error instanceof LeaseLostError ? error.reason : "renewal-stopped");
  }

  #end(state: "lost" | "stopped", why: LossReason | "stopped"): void {
    if (this.#over) return;
    this.#state = state;
    this.#loopGuard?.close();
    this.#jeopardyTimer?.cancel();
    this.#pauseTimer?.cancel();
    this.#wake();
    this.#resolveEnded(why);
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.#pauseTimer = this.#options.clock.startTimer(delayMs, resolve);
    });
  }

  #leftOf(intervalMs: number, since: Instant): number {
    return Math.max(0, intervalMs - (this.#options.clock.now().monotonicMs - since.monotonicMs));
  }

  #guardEventLoop(): EventLoopGuard | undefined {
    const { clock, watch } = this.#options;
    if (watch?.eventLoop === undefined) return undefined;
    const lose = (reason: LossReason, what: string, cause?: Error): void =>
      this.#lease.lose(loss(this.#lease, reason, what, cause));
    return new EventLoopGuard({
      ...watch.eventLoop,
      clock,
      lostFlag: this.lostFlag,
      onStall: (stalledMs) => lose("event-loop-stall", `the event loop stood still for ${Math.round(stalledMs)} ms`),
      onBroken: (error) =>
        lose("renewal-stopped", `the worker that watches its event loop failed: ${error.message}`, error),
    });
  }
}
