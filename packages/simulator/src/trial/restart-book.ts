import { decideRestart, type PastRun, type RestartPolicy } from "@tenure/watchdog";
import type { Random } from "../world/random.ts";

/** What the watchdog's own decisions came to. */
export interface RestartTotals {
  failures: number;
  restarts: number;
  probes: number;
  /** The budget was spent, and nothing was started any more. */
  gaveUp: number;
  /** The policy starts nothing after a failure. */
  leftDown: number;
  /** While a command that fails at once was being started again. */
  downMs: number;
  longestDownMs: number;
}

/** From a failure on. */
export interface Downtime {
  /** To the first start, which may fail as well; `null`: the watchdog starts nothing. */
  readonly firstMs: number | null;
  /** To the start that lasts. */
  readonly recoveredMs: number;
}

/** A command that fails at once has run for so long. */
const FAILS_AFTER_MS = 1_000;
/** As many as a watchdog remembers. */
const REMEMBERED = 101;

/** The runs of one host's command over a whole trial: each is decided by the watchdog's own rule, with all that it remembers. */
export class RestartBook {
  readonly totals: RestartTotals = {
    failures: 0,
    restarts: 0,
    probes: 0,
    gaveUp: 0,
    leftDown: 0,
    downMs: 0,
    longestDownMs: 0,
  };
  readonly #policy: RestartPolicy;
  readonly #random: Random;
  #runs: PastRun[] = [];
  #trigger: PastRun["trigger"] = "manual";
  #startedAtMs = 0;

  constructor(policy: RestartPolicy, random: Random) {
    this.#policy = policy;
    this.#random = random;
  }

  /**
   * The command fails, and then at once for `failsForMs`.
   * When nothing starts it any more, a person does, after the fault.
   */
  fail(atMs: number, failsForMs: number): Downtime {
    // Down already: what would have failed is not running.
    if (atMs < this.#startedAtMs) {
      const leftMs = this.#startedAtMs - atMs;
      return { firstMs: leftMs, recoveredMs: leftMs };
    }
    let firstMs: number | null = null;
    let nowMs = this.#end(atMs);
    for (;;) {
      const decision = decideRestart(this.#policy, this.#runs, { nowMs, random: this.#random.next() });
      if (decision.do !== "start") {
        if (decision.do === "give-up") this.totals.gaveUp += 1;
        else this.totals.leftDown += 1;
        this.#start("manual", Math.max(nowMs, atMs + failsForMs));
        return { firstMs, recoveredMs: this.#startedAtMs - atMs };
      }
      if (decision.trigger === "probe") this.totals.probes += 1;
      else this.totals.restarts += 1;
      this.#start(decision.trigger, nowMs + decision.afterMs);
      firstMs ??= this.#startedAtMs - atMs;
      if (this.#startedAtMs >= atMs + failsForMs) break;
      nowMs = this.#end(this.#startedAtMs + FAILS_AFTER_MS);
    }
    const recoveredMs = this.#startedAtMs - atMs;
    this.totals.downMs += recoveredMs;
    this.totals.longestDownMs = Math.max(this.totals.longestDownMs, recoveredMs);
    return { firstMs, recoveredMs };
  }

  #start(trigger: PastRun["trigger"], atMs: number): void {
    this.#trigger = trigger;
    this.#startedAtMs = atMs;
  }

  #end(atMs: number): number {
    this.totals.failures += 1;
    const run = { trigger: this.#trigger, end: "failed" as const, startedAtMs: this.#startedAtMs };
    this.#runs = [...this.#runs, { ...run, durationMs: atMs - this.#startedAtMs }].slice(-REMEMBERED);
    return atMs;
  }
}
