import type { EvidenceKind, EvidenceLine, Mapping, MessagePattern, StatePattern } from "@tenure/schema";
import { anyOf } from "./any-of.ts";
import { lineOf, type Evidence } from "./evidence.ts";
import { factsOf } from "./facts.ts";
import { timeIn, type LogLine } from "./log-line.ts";
import { at } from "./pointer.ts";

/** Beyond this a line says nothing that a pattern is for, and a hostile one could make a pattern slow. */
const MATCH_MAX_LENGTH = 4_096;

/** What a mapping makes of the lines of one file. */
export class Interpreter {
  readonly #messages: readonly (readonly [RegExp, MessagePattern])[];
  /** Whether any pattern matches at all: most lines of a log say nothing of leases, and are asked only once. */
  readonly #any: RegExp | null;
  readonly #state: StatePattern | undefined;

  constructor(mappings: readonly Mapping[], file: string) {
    const ofFile = ({ file: only }: { readonly file?: string | undefined }): boolean =>
      only === undefined || new RegExp(only, "u").test(file);
    this.#messages = mappings
      .flatMap(({ messages }) => messages.filter(ofFile))
      .map((pattern) => [new RegExp(pattern.match, "u"), pattern] as const);
    this.#any = anyOf(this.#messages.map(([expression]) => expression.source));
    this.#state = mappings.flatMap(({ states = [] }) => states.filter(ofFile))[0];
  }

  /** The expressions that its messages are matched with. */
  get expressions(): readonly string[] {
    return this.#messages.map(([expression]) => expression.source);
  }

  /** Whether the file is one of whole documents, rather than a log. */
  get readsStates(): boolean {
    return this.#state !== undefined;
  }

  /** Whether what cannot be read in it is a torn lease. */
  get readsLease(): boolean {
    return this.#state?.kind === "state";
  }

  /** Everything a log line is evidence of; the first pattern of each kind counts. */
  messages(line: LogLine, place: EvidenceLine, when: number): Evidence[] {
    if (line.message.length > MATCH_MAX_LENGTH) return [];
    if (this.#any?.test(line.message) === false) return [];
    const found: Evidence[] = [];
    const kinds = new Set<EvidenceKind>();
    for (const [expression, { kind, facts, set }] of this.#messages) {
      const match = kinds.has(kind) ? null : expression.exec(line.message);
      if (match === null) continue;
      kinds.add(kind);
      const named = [
        ...Object.entries(set ?? {}),
        ...(facts === undefined ? [] : pointed({ log: nameOf(place.file), ...(line.document as object) }, facts)),
        ...Object.entries(match.groups ?? {}),
      ];
      found.push({ ...lineOf(place), kind, at: when, dated: line.at !== null, facts: factsOf(named) });
    }
    return found;
  }

  /** A version of a state file; `null` for a state without a holder, which is evidence too. */
  states(value: unknown, place: EvidenceLine, fallback: number): Evidence[] {
    const pattern = this.#state;
    if (pattern === undefined) return [];
    const own = timeIn(pattern.time === undefined ? undefined : at(value, pattern.time));
    const when = own ?? fallback;
    const document = pattern.document === undefined ? value : at(value, pattern.document);
    const rows = pattern.rows === undefined ? [document] : listIn(at(document, pattern.rows));
    return rows.map((row) => {
      const facts = factsOf(pointed(row, pattern.facts));
      const kind = pattern.kind === "state" ? kindOf(row, facts) : pattern.kind;
      const time = pattern.time === undefined ? (facts.startTime ?? facts.renewTime ?? when) : when;
      return { ...lineOf(place), kind, at: time, dated: own !== null || pattern.time === undefined, facts };
    });
  }
}

/** What nobody holds is missing; a renewal put back to the beginning of time is how a lease in a file is given back. */
function kindOf(document: unknown, { holder, renewTime }: Evidence["facts"]): EvidenceKind {
  if (holder === undefined) return lackOf(document);
  return renewTime !== undefined && renewTime < DAY_MS ? "released" : "state";
}

const DAY_MS = 86_400_000;

/** A document in whose place a text stands was no document; where nothing stands it was emptied or deleted. */
function lackOf(document: unknown): EvidenceKind {
  return typeof document === "string" && document.trim() !== "" ? "state-torn" : "state-missing";
}

/** What a log is called, without where it lies. */
function nameOf(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1);
}

function pointed(document: unknown, facts: Readonly<Record<string, string>> = {}): (readonly [string, unknown])[] {
  return Object.entries(facts).map(([name, pointer]) => [name, at(document, pointer)] as const);
}

function listIn(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
