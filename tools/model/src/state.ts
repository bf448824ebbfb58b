import type { Bounds } from "./bounds.ts";

/** Where an answer is: nowhere, still a request, a commit that is not known yet, a refusal that is not known yet. */
export const Stage = { none: 0, sent: 1, committed: 2, refused: 3 } as const;

/**
 * A state is a row of small numbers. Writes are numbered as they are sent; what a write says stands with its number, so that the store, a
 * message and what a process saw are each one number. Write 0 is the lease that nobody ever held.
 */
export type State = Uint16Array;

const GLOBALS = ["current", "next", "used", "published", "fence", "copies", "copy", "revocations"];
const OF_WRITE = ["holder", "epoch", "revoked", "expected", "done"];
const OF_PROCESS = [
  "alive",
  "seen",
  "gone",
  "age",
  "term",
  "left",
  "message",
  "stage",
  "messageLeft",
  "late",
  "lateInFlight",
  "lateLeft",
  "work",
];

/** Places of the globals. */
export const CURRENT = 0;
export const NEXT = 1;
/** Epochs up to this one were intended by somebody: the intent is durable first. */
export const USED = 2;
/** The highest epoch that stood in the store. A record below it is an older copy. Lies outside the store, as does `USED`. */
export const PUBLISHED = 3;
/** The highest epoch that the fenced resource let in. */
export const FENCE = 4;
/** 0: no copy of the store was made; 1: made; 2: put back. */
export const COPIES = 5;
export const COPY = 6;
export const REVOCATIONS = 7;

/** Places within a write. */
export const HOLDER = 0;
export const EPOCH = 1;
export const REVOKED = 2;
export const EXPECTED = 3;
/** It took effect, whatever became of it. */
export const DONE = 4;

/** Places within a process. `LEFT`: ticks in which it may still begin something. `AGE`: ticks for which it saw the same stand. */
export const ALIVE = 0;
export const SEEN = 1;
export const GONE = 2;
export const AGE = 3;
export const TERM = 4;
export const LEFT = 5;
export const MESSAGE = 6;
export const STAGE = 7;
export const MESSAGE_LEFT = 8;
/** A request that was given up: it may still arrive, or has, and counts from when it was sent. */
export const LATE = 9;
export const LATE_IN_FLIGHT = 10;
export const LATE_LEFT = 11;
export const WORK = 12;

/** Where what stands in a state of these bounds. */
export class Layout {
  readonly bounds: Bounds;
  readonly length: number;
  /** In place of a write: a process has seen none, or the store was started again since. */
  readonly nothingSeen: number;
  readonly #processes: number;

  constructor(bounds: Bounds) {
    this.bounds = bounds;
    this.nothingSeen = Math.max(15, bounds.writes + 1);
    this.#processes = GLOBALS.length + OF_WRITE.length * (bounds.writes + 1);
    this.length = this.#processes + OF_PROCESS.length * bounds.processes;
  }

  write(number: number): number {
    return GLOBALS.length + OF_WRITE.length * number;
  }

  process(index: number): number {
    return this.#processes + OF_PROCESS.length * index;
  }

  initial(): State {
    const state = new Uint16Array(this.length);
    state[NEXT] = 1;
    for (let index = 0; index < this.bounds.processes; index += 1) {
      state[this.process(index) + ALIVE] = 1;
      state[this.process(index) + SEEN] = this.nothingSeen;
    }
    return state;
  }

  /** What the write says: `HOLDER` is 0 for nobody, and one more than the index of a process. */
  of(state: State, write: number, place: number): number {
    return state[this.write(write) + place] ?? 0;
  }

  describe(state: State): string {
    const record = state[CURRENT] ?? 0;
    const { processes } = this.bounds;
    const holder = this.of(state, record, HOLDER);
    const stands = `write ${record}: ${holder === 0 ? "free" : nameOf(holder - 1)}, epoch ${this.of(state, record, EPOCH)}`;
    const each = Array.from({ length: processes }, (_, index) => {
      const at = this.process(index);
      if (state[at + ALIVE] === 0) return `${nameOf(index)} dead`;
      if (state[at + TERM] === 0) return `${nameOf(index)} waits (same for ${state[at + AGE]})`;
      return `${nameOf(index)} leads ${state[at + TERM]} for ${state[at + LEFT]}`;
    });
    return `${stands}${this.of(state, record, REVOKED) === 1 ? ", revoked" : ""} | ${each.join(", ")}`;
  }
}

export function nameOf(index: number): string {
  return "ABC"[index] ?? `process ${index + 1}`;
}
