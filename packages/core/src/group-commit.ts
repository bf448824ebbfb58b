import { orAborted } from "./for-stores.ts";
import { SentError } from "./sent-error.ts";

/** What a store asks of its server for one swap. */
export interface GroupedSwap {
  /** Of the lease. */
  readonly name: string;
  /** Of what it writes, in characters. */
  readonly length: number;
}

/** By which a group goes to the server. */
export interface Way<Asked, Answer> {
  /**
   * Asks for all at once. Resolves with the answer to each, in their order; or with `null` when nothing of it took effect and each is to be
   * asked for alone, since the fault of one is not the others'. Never with `null` for one alone.
   * @throws SentError when the outcome is not known; after anything else nothing took effect.
   */
  send(asked: readonly Asked[], signal: AbortSignal): Promise<readonly Answer[] | null>;
  /** Gives it back unused: nobody waits any more. */
  leave(): void;
}

export interface GroupCommitOptions<Asked extends GroupedSwap, Answer> {
  readonly open: () => Promise<Way<Asked, Answer>>;
  /** What a swap fails with that was given up before it was sent. */
  readonly notSent: (cause: unknown) => Error;
  readonly swapsMax: number;
  /** Of all swaps of a group together; one alone may be longer. */
  readonly lengthMax: number;
}

type Settled<Answer> = { readonly answer: Answer } | { readonly error: unknown };

/** One swap, from when it is asked for to its answer. */
interface Turn<Asked, Answer> {
  readonly asked: Asked;
  readonly settled: Promise<Settled<Answer>>;
  readonly settle: (settled: Settled<Answer>) => void;
  goesAlone: boolean;
  hasLeft: boolean;
  /** Once it is set, the swap may take effect. */
  group: Group | null;
}

interface Group {
  waiting: number;
  readonly nobodyWaits: AbortController;
}

/** Under way at once: one that hangs must not keep the others, nor all of them those who read. */
const GROUPS_MAX = 2;

/**
 * For whoever writes a store on a server: swaps that come while others are under way are committed together, by one request and with one
 * wait for the disk (the group commit of DeWitt et al., 1984). Each has its own outcome and its own patience. No two of one lease go together.
 */
export class GroupCommit<Asked extends GroupedSwap, Answer> {
  readonly #options: GroupCommitOptions<Asked, Answer>;
  #waiting: Turn<Asked, Answer>[] = [];
  #underWay = 0;
  #opening = 0;
  #onEnd: (() => void)[] = [];

  constructor(options: GroupCommitOptions<Asked, Answer>) {
    this.#options = options;
  }

  get isAtRest(): boolean {
    return this.#underWay === 0;
  }

  /** @throws SentError when the outcome is not known; after anything else nothing took effect. */
  async swap(asked: Asked, signal?: AbortSignal): Promise<Answer> {
    if (signal?.aborted === true) throw this.#options.notSent(signal.reason);
    const turn = turnOf<Asked, Answer>(asked);
    this.#waiting.push(turn);
    this.#sendWaiting();
    const settled = await orAborted(turn.settled, signal).catch((reason: unknown) => this.#leave(turn, reason));
    if ("error" in settled) throw settled.error;
    return settled.answer;
  }

  /** Resolves when one of those under way is. */
  nextEnd(): Promise<void> {
    return new Promise((resolve) => this.#onEnd.push(resolve));
  }

  #leave(turn: Turn<Asked, Answer>, cause: unknown): never {
    const { group } = turn;
    turn.hasLeft = true;
    this.#waiting = this.#waiting.filter((it) => it !== turn);
    if (group === null) throw this.#options.notSent(cause);
    group.waiting -= 1;
    if (group.waiting === 0) group.nobodyWaits.abort(cause);
    throw new SentError("the request was sent", { cause });
  }

  #sendWaiting(): void {
    while (this.#underWay < GROUPS_MAX && this.#waiting.length > this.#opening) {
      this.#underWay += 1;
      void this.#send().finally(() => {
        this.#underWay -= 1;
        this.#sendWaiting();
        for (const tell of this.#onEnd.splice(0)) tell();
      });
    }
  }

  /** Whatever waits by the time there is a way goes by it. */
  async #send(): Promise<void> {
    const way = await this.#open();
    if (way === null) return;
    const turns = this.#take();
    if (turns.length === 0) return way.leave();
    const nobodyWaits = new AbortController();
    const group = { waiting: turns.length, nobodyWaits };
    for (const turn of turns) turn.group = group;
    try {
      const asked = turns.map((turn) => turn.asked);
      const answers = await way.send(asked, nobodyWaits.signal);
      if (answers === null) return this.#askAlone(turns);
      for (const [at, { settle }] of turns.entries()) {
        const answer = answers[at];
        settle(answer === undefined ? { error: new SentError("it brought no answer") } : { answer });
      }
    } catch (error) {
      for (const { settle } of turns) settle({ error });
    }
  }

  /** `null`: there is none, which all who waited for it have been told. */
  async #open(): Promise<Way<Asked, Answer> | null> {
    this.#opening += 1;
    try {
      return await this.#options.open();
    } catch (error) {
      for (const { settle } of this.#waiting.splice(0)) settle({ error });
      return null;
    } finally {
      this.#opening -= 1;
    }
  }

  #take(): readonly Turn<Asked, Answer>[] {
    const { swapsMax, lengthMax } = this.#options;
    const names = new Set<string>();
    let length = 0;
    let isFull = false;
    const [taken, left]: [Turn<Asked, Answer>[], Turn<Asked, Answer>[]] = [[], []];
    for (const turn of this.#waiting) {
      const { asked, goesAlone } = turn;
      const fits = !isFull && taken.length < swapsMax && length + asked.length <= lengthMax && !names.has(asked.name);
      const goes = taken.length === 0 || (fits && !goesAlone);
      (goes ? taken : left).push(turn);
      if (!goes) continue;
      names.add(asked.name);
      length += asked.length;
      isFull = goesAlone;
    }
    this.#waiting = left;
    return taken;
  }

  /** Before all others, since they have waited. */
  #askAlone(turns: readonly Turn<Asked, Answer>[]): void {
    const staying = turns.filter(({ hasLeft }) => !hasLeft);
    for (const turn of staying) {
      turn.goesAlone = true;
      turn.group = null;
    }
    this.#waiting.unshift(...staying);
  }
}

function turnOf<Asked, Answer>(asked: Asked): Turn<Asked, Answer> {
  let settle: Turn<Asked, Answer>["settle"] = () => {};
  const settled = new Promise<Settled<Answer>>((resolve) => {
    settle = resolve;
  });
  return { asked, settled, settle, goesAlone: false, hasLeft: false, group: null };
}
