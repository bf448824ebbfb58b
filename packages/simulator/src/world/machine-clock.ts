import type { Instant } from "@tenure/core";
import type { Agenda } from "./agenda.ts";

const BEGINNING_WALL_MS = Date.UTC(2026, 0, 1);
/** How long a machine has been up when a world begins: its clocks start somewhere. */
const UP_MS = 3_600_000;

/** The clocks of one boot of one machine. The one that counts sleep is as coarse as `/proc/uptime`. */
export class MachineClock {
  #rate: number;
  readonly #agenda: Agenda;
  readonly #bootedAtMs: number;
  #asleepMs = 0;
  #asleepSinceMs = 0;
  #asleepUntilMs = 0;
  #wallStepMs = 0;
  /** What the rates before the present one make of the time since boot, and of the time asleep. */
  #boottimeShiftMs = 0;
  #sleepShiftMs = 0;

  constructor(agenda: Agenda, { rate, bootedAtMs }: { readonly rate: number; readonly bootedAtMs: number }) {
    this.#agenda = agenda;
    this.#rate = rate;
    this.#bootedAtMs = bootedAtMs;
  }

  get rate(): number {
    return this.#rate;
  }

  /** All of them go on from where they are, faster or slower. */
  set rate(rate: number) {
    const fasterBy = rate - this.#rate;
    const { nowMs } = this.#agenda;
    this.#boottimeShiftMs -= fasterBy * (nowMs - this.#bootedAtMs + UP_MS);
    this.#sleepShiftMs -= fasterBy * this.#asleepSoFarMs();
    this.#wallStepMs -= fasterBy * nowMs;
    this.#rate = rate;
  }

  now(): Instant {
    const { nowMs } = this.#agenda;
    const boottimeMs = this.#rate * (nowMs - this.#bootedAtMs + UP_MS) + this.#boottimeShiftMs;
    return {
      monotonicMs: boottimeMs - (this.#rate * this.#asleepSoFarMs() + this.#sleepShiftMs),
      boottimeMs: Math.floor(boottimeMs / 10) * 10,
      wallMs: BEGINNING_WALL_MS + this.#rate * nowMs + this.#wallStepMs,
    };
  }

  wallTime(): string {
    return new Date(this.now().wallMs).toISOString();
  }

  /** True time at which the machine is awake again; in the past when it is. */
  get asleepUntilMs(): number {
    return this.#asleepUntilMs;
  }

  fallAsleep(ms: number): void {
    const { nowMs } = this.#agenda;
    if (nowMs >= this.#asleepUntilMs) {
      this.#asleepMs = this.#asleepSoFarMs();
      this.#asleepSinceMs = nowMs;
    }
    this.#asleepUntilMs = Math.max(this.#asleepUntilMs, nowMs + ms);
  }

  stepWall(ms: number): void {
    this.#wallStepMs += ms;
  }

  #asleepSoFarMs(): number {
    return this.#asleepMs + Math.max(0, Math.min(this.#agenda.nowMs, this.#asleepUntilMs) - this.#asleepSinceMs);
  }
}
