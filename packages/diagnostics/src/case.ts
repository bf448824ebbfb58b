import type { EvidenceKind, Unparsed } from "@tenure/schema";
import type { Evidence } from "./evidence.ts";
import { indexAfter, indexFrom } from "./numbers.ts";
import type { ForgedLines, JournalGap, PlacedLine, Segment } from "./readers/journal-reader.ts";
import type { Silences } from "./silence.ts";
import { beats, thinned } from "./thin.ts";
import type { Voice } from "./voices.ts";

/** More of one kind tells no rule anything new, and would take memory without bound. */
export const MOST_OF_A_KIND = 100_000;

/** Where thinning leaves more than this share it is not worth its time. */
const THINNED_MOST = 0.9;

/** All the evidence of one trouble, in the order of time, each event once. */
export class Case {
  journals: (readonly PlacedLine[])[] = [];
  /** Where journals lack lines. */
  gaps: (JournalGap & { readonly file: string })[] = [];
  /** Files that a journal is in. */
  segments: (Segment & { readonly file: string })[] = [];
  /** Journals with lines that tenure did not write. */
  readonly forged: (ForgedLines & { readonly file: string })[] = [];
  /** Files whose times name their zone, and those whose times do not. */
  readonly zoned: Set<string> = new Set<string>();
  readonly zoneless: Set<string> = new Set<string>();
  readonly silences: Silences[] = [];
  readonly voices: Voice[] = [];
  readonly unparsed: Unparsed[] = [];
  /** Files that are packed, and how. */
  readonly unread: { readonly file: string; readonly packed: string }[] = [];
  /** Kinds of which later lines were left out. */
  readonly overflowed: Set<EvidenceKind> = new Set<EvidenceKind>();
  /** Kinds of which lines between the ends of a holder's stretch were left out. */
  readonly thinned: Set<EvidenceKind> = new Set<EvidenceKind>();
  /** Whether a unit of systemd is known to be a holder's; then no line about another one is kept. */
  knowsUnit = false;
  files = 0;
  lines = 0;
  readonly #byKind = new Map<EvidenceKind, Evidence[]>();
  readonly #sorted = new Set<EvidenceKind>();
  readonly #seen = new Set<string>();

  add(evidence: Evidence): void {
    if (this.overflowed.has(evidence.kind)) return;
    let of = this.#byKind.get(evidence.kind) ?? [];
    if (of.length >= MOST_OF_A_KIND) of = this.#shortened(evidence.kind);
    this.#byKind.set(evidence.kind, of);
    if (this.overflowed.has(evidence.kind)) return;
    // The same event is often in several logs, and to the second only in some of them.
    const { kind, at, dated, facts } = evidence;
    const same = { ...facts, renewStamp: undefined, startTime: undefined };
    const key = `${kind} ${dated ? Math.floor(at / 1_000) : `${evidence.file}:${evidence.line}`} ${JSON.stringify(same)}`;
    if (this.#seen.has(key)) return;
    // Of a kind that is thinned anyway one that is told twice does no harm, and what was seen would take memory without bound.
    if (!this.thinned.has(kind)) this.#seen.add(key);
    of.push(evidence);
    this.#sorted.delete(kind);
  }

  #shortened(kind: EvidenceKind): Evidence[] {
    const all = this.of(kind);
    const kept = beats.has(kind) ? thinned(all) : [...all];
    this.#sorted.delete(kind);
    if (kept.length > MOST_OF_A_KIND * THINNED_MOST) this.overflowed.add(kind);
    else this.thinned.add(kind);
    return kept;
  }

  of(kind: EvidenceKind): readonly Evidence[] {
    const evidence = this.#byKind.get(kind) ?? [];
    if (!this.#sorted.has(kind)) evidence.sort((a, b) => a.at - b.at);
    this.#sorted.add(kind);
    return evidence;
  }

  /** All leases that lines name: first the one whose holders change most, then the one that most lines are of. */
  leases(): string[] {
    const leases = new Map<string, { holders: Set<string | undefined>; lines: number }>();
    for (const { facts } of [...this.#byKind.values()].flat()) {
      if (facts.lease === undefined) continue;
      const of = leases.get(facts.lease) ?? { holders: new Set(), lines: 0 };
      leases.set(facts.lease, of);
      of.holders.add(facts.holder);
      of.lines++;
    }
    const weighed = [...leases].toSorted(([, a], [, b]) => b.holders.size - a.holders.size || b.lines - a.lines);
    return weighed.map(([name]) => name);
  }

  /** The leases that tenure's own journals are of, which need no choice: each of their lines says which one it is of. */
  journalled(): string[] {
    return [...new Set(this.journals.flat().map(({ record }) => record.name))];
  }

  /** The lines of all journals by their store: in another one the same lease and epoch are another term. */
  stores(): ReadonlyMap<string | null, readonly PlacedLine[]> {
    const stores = new Map<string | null, PlacedLine[]>();
    const known = new Set(this.journals.flat().flatMap(({ storeId }) => storeId ?? []));
    // A file whose beginning is lost is of the only store there is.
    const [only = null] = known.size === 1 ? known : [];
    for (const line of this.journals.flat()) {
      const of = stores.get(line.storeId ?? only) ?? [];
      stores.set(line.storeId ?? only, of);
      of.push(line);
    }
    return stores;
  }

  /** Leaves out the journals of other leases. */
  keepJournal(name: string): void {
    const kept = this.journals.map((lines) => lines.filter(({ record }) => record.name === name));
    this.journals = kept.filter(({ length }) => length > 0);
    this.gaps = this.gaps.filter(({ lease }) => lease === name);
    this.segments = this.segments.filter(({ lease }) => lease === name);
  }

  /** Leaves out what is said of other leases. */
  keepLease(name: string): void {
    for (const kind of this.#byKind.keys())
      this.keep(kind, ({ facts }) => facts.lease === undefined || facts.lease === name);
  }

  keep(kind: EvidenceKind, isKept: (evidence: Evidence) => boolean): void {
    this.#byKind.set(kind, (this.#byKind.get(kind) ?? []).filter(isKept));
  }

  /** Calls a holder that was known by its log only as that log calls it elsewhere. */
  rename(names: ReadonlyMap<string, string>): void {
    for (const [kind, evidence] of names.size === 0 ? [] : this.#byKind)
      this.#byKind.set(
        kind,
        evidence.map((each) => {
          const holder = names.get(each.facts.holder ?? "");
          return holder === undefined ? each : { ...each, facts: { ...each.facts, holder } };
        }),
      );
  }

  between(kind: EvidenceKind, from: number, to: number): readonly Evidence[] {
    const evidence = this.of(kind);
    return evidence.slice(indexFrom(evidence, from, timeOf), indexFrom(evidence, to, timeOf));
  }

  /** Whether there is any, without a copy of them. */
  has(kind: EvidenceKind, from: number, to: number): boolean {
    const evidence = this.of(kind);
    return indexFrom(evidence, from, timeOf) < indexFrom(evidence, to, timeOf);
  }

  lastBefore(kind: EvidenceKind, time: number): Evidence | undefined {
    const evidence = this.of(kind);
    return evidence[indexFrom(evidence, time, timeOf) - 1];
  }

  /** The last one at a time or before it. */
  lastUntil(kind: EvidenceKind, time: number): Evidence | undefined {
    const evidence = this.of(kind);
    return evidence[indexAfter(evidence, time, timeOf) - 1];
  }
}

function timeOf({ at }: Evidence): number {
  return at;
}
