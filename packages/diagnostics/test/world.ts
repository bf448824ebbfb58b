import type { Finding, FindingDocument, Mapping } from "@tenure/schema";
import { diagnose, type Source } from "../src/index.ts";
import { mapping } from "./mapping.ts";

const START = Date.UTC(2026, 3, 2, 9);

interface Line {
  readonly at: number;
  readonly text: string;
}

/** A system that leaves logs: what happens is said in seconds after its start, and written as such systems write it. */
export class World {
  readonly #log: Line[] = [];
  readonly #files = new Map<string, Line[]>();

  stamp(seconds: number): string {
    return new Date(START + seconds * 1_000).toISOString();
  }

  says(seconds: number, text: string): this {
    this.#log.push({ at: seconds, text: `[${this.stamp(seconds)}] [INFO] ${text}` });
    return this;
  }

  /** A line without a time of its own, after what was said until then. */
  mutters(seconds: number, text: string): this {
    this.#log.push({ at: seconds, text });
    return this;
  }

  state(seconds: number, who: string | null, term: number, seen = seconds, ttl = 60_000): this {
    return this.#write("duty.jsonl", seconds, {
      t: this.stamp(seconds),
      v: { who, term, seen: this.stamp(seen), ttl },
    });
  }

  roll(seconds: number, ...rows: readonly object[]): this {
    return this.#write("roll.jsonl", seconds, { t: this.stamp(seconds), v: { rows } });
  }

  fix(seconds: number, gone?: string): this {
    return this.#write("fixes.jsonl", seconds, { at: this.stamp(seconds), why: "a guess", gone });
  }

  async diagnosed(mappings: readonly Mapping[] = [mapping]): Promise<FindingDocument> {
    return await diagnose(this.sources(), { mappings });
  }

  sources(): Source[] {
    const files = [["guard.log", this.#log] as const, ...this.#files];
    return files.map(([name, lines]) => ({ name, chunks: chunksOf(lines) }));
  }

  async finding(ruleId: string): Promise<Finding | undefined> {
    return (await this.diagnosed()).findings.find((each) => each.ruleId === ruleId);
  }

  #write(file: string, at: number, document: object): this {
    const lines = this.#files.get(file) ?? [];
    this.#files.set(file, [...lines, { at, text: JSON.stringify(document) }]);
    return this;
  }
}

/** In small pieces, so that lines are cut anywhere. */
async function* chunksOf(lines: readonly Line[]): AsyncGenerator<Uint8Array> {
  const ordered = lines.toSorted((a, b) => a.at - b.at).map(({ text }) => `${text}\n`);
  const bytes = Buffer.from(ordered.join(""));
  for (let at = 0; at < bytes.length; at += 1_000) yield bytes.subarray(at, at + 1_000);
}

/** Lease 60 s, beat 20 s, poll 20 s, grace 10 s. A term of each world takes 200 s. */
export const TERM_S = 200;

export interface Term {
  /** Seconds in office. */
  readonly lifeS: number;
  readonly releases: boolean;
  readonly exitCode: number;
}

/** A healthy history, or one whose holders leave the lease behind. */
export function history(terms: readonly Term[]): World {
  const world = new World().says(0, "guard up").says(0, "guard looks every 20 s");
  for (const [index, term] of terms.entries()) tell(world, index, term);
  return world;
}

export function terms(count: number, term: Partial<Term> = {}): Term[] {
  return Array.from({ length: count }, (_, index) => ({
    lifeS: 50 + 20 * (index % 3),
    releases: true,
    exitCode: 0,
    ...term,
  }));
}

export function holderOf(index: number): string {
  return `printer-${index}`;
}

function tell(world: World, index: number, { lifeS, releases, exitCode }: Term): void {
  const [start, holder, epoch, pid] = [index * TERM_S + 1, holderOf(index), index + 1, 500 + index];
  world
    .says(start, `forked ${pid}`)
    .says(start + 1, `hello from ${holder}`)
    .says(start + 2, `duty taken by ${holder} term ${epoch}`);
  const acquired = start + 2;
  world.state(acquired, holder, epoch);
  let last = acquired;
  for (let at = acquired + 20; at < acquired + lifeS; at += 20) {
    world.says(at, `duty kept by ${holder} term ${epoch}`).state(at, holder, epoch);
    last = at;
  }
  const end = acquired + lifeS;
  if (releases) world.says(end - 1, `duty handed in by ${holder}`).state(end - 1, holder, epoch, last);
  world.says(end, `goodbye from ${holder}`).says(end + 1, `reaped ${pid} code ${exitCode} as crash`);
  if (releases) return;
  for (let at = Math.ceil(end / 20) * 20 + 3; at <= last + 95; at += 20) {
    const overS = at - last - 60;
    if (overS < 10) world.says(at, `duty of ${holder} term ${epoch} lasts ${last + 70 - at} s`);
    else {
      world.says(at, `duty of ${holder} term ${epoch} is over since ${overS} s`);
      return;
    }
  }
}
