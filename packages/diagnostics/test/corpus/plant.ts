/** What some process of the plant writes down, before any noise. Times are seconds after its start. */
export interface Entry {
  readonly at: number;
  readonly file: "guard.log" | "duty.jsonl" | "roll.jsonl" | "fixes.jsonl";
  readonly text: string;
  /** Who writes: the guard's clock may be off, and nothing of a state file is lost. */
  readonly by: "guard" | "holder" | "other" | "file";
  readonly isDated: boolean;
  /** Said so often that a lost line changes nothing. */
  readonly isFrequent: boolean;
}

export interface Settings {
  readonly leaseS: number;
  readonly beatS: number;
  readonly graceS: number;
  readonly pollS: number;
  readonly startUpS: number;
}

/** How one leader's time goes. */
export interface Plan {
  readonly lifeS: number;
  readonly releases: boolean;
  readonly exitCode: number;
  readonly epoch: number;
  /** A second identity of its process, which signs off in its stead. */
  readonly clerk?: string;
}

/** How it went. */
export interface Lived {
  readonly holder: string;
  readonly epoch: number;
  readonly acquired: number;
  readonly last: number;
  readonly end: number;
  /** When the next one was started. */
  readonly until: number;
}

const START = Date.UTC(2026, 3, 2, 9);

export function stamp(seconds: number): string {
  return new Date(START + Math.round(seconds * 1_000)).toISOString();
}

/** A plant of print servers: one of them is on duty, a guard looks whether anybody is, and starts another one. */
export class Plant {
  readonly entries: Entry[] = [];
  readonly lived: Lived[] = [];
  /** When the whole machine stands still: nobody writes then, whoever it is. */
  readonly asleep: { readonly from: number; readonly to: number }[] = [];
  settings: Settings;
  #now = 1;

  constructor(settings: Settings) {
    this.settings = settings;
    this.guard(0, "guard up").guard(0, `guard looks every ${settings.pollS} s`);
  }

  guard(at: number, text: string, isFrequent = false): this {
    return this.#write({ at, file: "guard.log", text, by: "guard", isDated: true, isFrequent });
  }

  says(at: number, text: string, isFrequent = false): this {
    return this.#write({ at, file: "guard.log", text, by: "holder", isDated: true, isFrequent });
  }

  /** Somebody else in the same log. */
  mentions(at: number, text: string): this {
    return this.#write({ at, file: "guard.log", text, by: "other", isDated: true, isFrequent: false });
  }

  mutters(at: number, text: string): this {
    return this.#write({ at, file: "guard.log", text, by: "other", isDated: false, isFrequent: false });
  }

  state(at: number, who: string | null, term: number, leaseS: number = this.settings.leaseS): this {
    const document = { t: stamp(at + 0.2), v: { who, term, seen: stamp(at), ttl: leaseS * 1_000 } };
    return this.#write({ ...this.#ofFile("duty.jsonl", at + 0.2), text: JSON.stringify(document) });
  }

  /** What is left of a version of the state whose writer did not finish. */
  torn(at: number, text: string): this {
    return this.#write({ ...this.#ofFile("duty.jsonl", at), text });
  }

  roll(at: number, ...rows: readonly object[]): this {
    return this.#write({ ...this.#ofFile("roll.jsonl", at), text: JSON.stringify({ t: stamp(at), v: { rows } }) });
  }

  fix(at: number, gone?: string): this {
    const document = { at: stamp(at), why: "somebody's guess", gone };
    return this.#write({ ...this.#ofFile("fixes.jsonl", at), text: JSON.stringify(document) });
  }

  /** One leader after the other; the guard finds out about each end by itself. */
  play(plans: readonly Plan[]): this {
    for (const plan of plans) this.#lead(plan);
    return this;
  }

  /** A holder that beats from `from` to `to`. */
  beats(holder: string, epoch: number, from: number, to: number): number {
    let last = from;
    for (let at = from + this.settings.beatS; at < to - 0.5; at += this.settings.beatS) {
      this.says(at, `duty kept by ${holder} term ${epoch}`, true).state(at, holder, epoch);
      last = at;
    }
    return last;
  }

  /** The guard looks from `from` to `to`, and finds the lease held. */
  watches(holder: string, epoch: number, beats: readonly number[], from: number, to: number): number {
    const { leaseS, graceS, pollS } = this.settings;
    let at = Math.ceil(from / pollS) * pollS;
    for (; at < to; at += pollS) {
      const last = beats.findLast((beat) => beat <= at) ?? from;
      const leftS = Math.floor(last + leaseS + graceS - at);
      if (leftS <= 0) break;
      this.guard(at, `duty of ${holder} term ${epoch} lasts ${leftS} s`, true);
    }
    return at;
  }

  #lead({ lifeS, releases, exitCode, epoch, clerk }: Plan): void {
    const { leaseS, beatS, startUpS } = this.settings;
    const [holder, pid] = [`printer-${this.lived.length}`, 500 + this.lived.length];
    this.guard(this.#now, `forked ${pid}`);
    const acquired = this.#now + startUpS;
    if (clerk !== undefined) this.says(acquired - 0.6, `hello from ${clerk}`);
    this.says(acquired - 0.4, `hello from ${holder}`).says(acquired, `duty taken by ${holder} term ${epoch}`);
    this.state(acquired, holder, epoch);
    const end = acquired + lifeS;
    const last = this.beats(holder, epoch, acquired, end);
    const beats: number[] = [];
    for (let at = acquired; at <= last + 0.1; at += beatS) beats.push(at);
    if (releases) this.says(end - 0.2, `duty handed in by ${holder}`);
    this.says(end, `goodbye from ${clerk ?? holder}`).guard(end + 0.5, `reaped ${pid} code ${exitCode} as crash`);
    let at = this.watches(holder, epoch, beats, acquired, releases ? end : Number.POSITIVE_INFINITY);
    if (releases) at = Math.max(at, end + 1);
    else this.guard(at, `duty of ${holder} term ${epoch} is over since ${Math.floor(at - last - leaseS)} s`);
    this.lived.push({ holder, epoch, acquired, last, end, until: at });
    this.#now = at + 1;
  }

  #write(entry: Entry): this {
    this.entries.push(entry);
    return this;
  }

  #ofFile(file: Entry["file"], at: number): Omit<Entry, "text"> {
    return { at, file, by: "file", isDated: true, isFrequent: false };
  }
}
