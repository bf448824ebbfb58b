import type { EvidenceKind, Unparsed } from "@tenure/schema";
import type { Evidence } from "./evidence.ts";
import type { PlacedLine } from "./readers/journal-reader.ts";
import type { Silences } from "./silence.ts";

/** More of one kind tells no rule anything new, and would take memory without bound. */
const MOST_OF_A_KIND = 100_000;

/** All the evidence of one trouble, in the order of time, each event once. */
export class Case {
  readonly journals: PlacedLine[][] = [];
  readonly silences: Silences[] = [];
  readonly unparsed: Unparsed[] = [];
  readonly overflowed: Set<EvidenceKind> = new Set<EvidenceKind>();
  files = 0;
  lines = 0;
  readonly #byKind = new Map<EvidenceKind, Evidence[]>();
  readonly #sorted = new Set<EvidenceKind>();
  readonly #seen = new Set<string>();

  add(evidence: Evidence): void {
    const of = this.#byKind.get(evidence.kind) ?? [];
    this.#byKind.set(evidence.kind, of);
    if (of.length >= MOST_OF_A_KIND) {
      this.overflowed.add(evidence.kind);
      return;
    }
    // The same event is often in several logs, and to the second only in some of them.
    const { kind, at, dated, facts } = evidence;
    const same = { ...facts, renewStamp: undefined, startTime: undefined };
    const key = `${kind} ${dated ? Math.floor(at / 1_000) : `${evidence.file}:${evidence.line}`} ${JSON.stringify(same)}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    of.push(evidence);
    this.#sorted.delete(kind);
  }

  of(kind: EvidenceKind): readonly Evidence[] {
    const evidence = this.#byKind.get(kind) ?? [];
    if (!this.#sorted.has(kind)) evidence.sort((a, b) => a.at - b.at);
    this.#sorted.add(kind);
    return evidence;
  }

  between(kind: EvidenceKind, from: number, to: number): readonly Evidence[] {
    return this.of(kind).filter(({ at }) => at >= from && at < to);
  }
}
