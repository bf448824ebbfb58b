import type { FindingDocument, Mapping } from "@tenure/schema";
import { diagnose, learn, type Source } from "../src/index.ts";

const START = Date.UTC(2026, 6, 19, 4);

/** A harbour whose boats take turns as pilot: a system that nobody has described. Seconds after its start. */
export class Harbour {
  readonly #files = new Map<string, { at: number; text: string }[]>();

  stamp(seconds: number): string {
    return new Date(START + seconds * 1_000).toISOString();
  }

  log(file: string, seconds: number, text: string): this {
    return this.line(file, seconds, `${this.stamp(seconds)} INFO ${text}`);
  }

  line(file: string, at: number, text: string): this {
    this.#files.set(file, [...(this.#files.get(file) ?? []), { at, text }]);
    return this;
  }

  /** A version of the lease that somebody kept some time after it was written. */
  kept(seconds: number, boat: string, term: number, seen: number): this {
    const doc = { owner: boat, term, last_seen: this.stamp(seen), ttl_s: 60 };
    return this.line("pilot.history.jsonl", seconds, JSON.stringify({ at: this.stamp(seconds), doc }));
  }

  /** A boat that takes the lease and writes it every 20 s; every third time somebody keeps what it wrote. */
  leads(boat: string, before: string, term: number, from: number, to: number): this {
    this.log("boats.log", from, `[${boat}] Took over the pilot lease from stale ${before} (term ${term})`);
    for (let at = from + 20; at <= to; at += 20) {
      this.log("boats.log", at, `[${boat}] Saved /var/harbour/pilot.json`);
      if (((at - from) / 20) % 3 === 0) this.kept(at + 9, boat, term, at);
    }
    return this;
  }

  /** Whoever looks every 30 s, once the boat is gone. */
  looks(boat: string, term: number, last: number, from: number, graceS = 15): number {
    for (let at = from; ; at += 30) {
      if (at - last >= 60 + graceS) {
        this.log("tower.log", at, `Pilot lease expired ${at - last - 60}s ago: ${boat} (term ${term})`);
        return at;
      }
      this.log("tower.log", at, `Pilot lease of ${boat} (term ${term}) is valid for ${last + 60 + graceS - at}s`);
    }
  }

  sources(): Source[] {
    return [...this.#files].map(([name, lines]) => ({
      name,
      modifiedAt: START + 86_400_000,
      chunks: (async function* () {
        await Promise.resolve();
        const ordered = lines.toSorted((a, b) => a.at - b.at).map(({ text }) => `${text}\n`);
        yield Buffer.from(ordered.join(""));
      })(),
    }));
  }

  async drafted(): Promise<Mapping> {
    return (await learn(this.sources())).mapping;
  }

  async diagnosed(): Promise<FindingDocument> {
    return await diagnose(this.sources(), { mappings: [await this.drafted()], isDrafted: true });
  }

  async causes(): Promise<string[]> {
    return (await this.diagnosed()).findings.filter(({ part }) => part === "cause").map(({ ruleId }) => ruleId);
  }
}
