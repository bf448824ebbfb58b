import type { EvidenceKind, EvidenceLine, Mapping, MessagePattern, StatePattern } from "@tenure/schema";
import { lineOf, type Evidence } from "./evidence.ts";
import { factsOf } from "./facts.ts";
import { fileName } from "./file-name.ts";
import { timeIn, type LogLine } from "./log-line.ts";
import { at } from "./pointer.ts";
import { sieveOf, type Sieve } from "./scan/sieve.ts";

/** Beyond this a line says nothing that a pattern is for, and a hostile one could make a pattern slow. */
const MATCH_MAX_LENGTH = 4_096;

/** So many different messages are remembered. */
const KNOWN_MOST = 256;

type Match = readonly [pattern: MessagePattern, groups: Readonly<Record<string, string>>];

/** What a mapping makes of the lines of one file. */
export class Interpreter {
  readonly #messages: readonly (readonly [RegExp, MessagePattern])[];
  /** Whether any pattern matches at all: most lines of a log say nothing of leases, and are asked only once. */
  readonly #sieve: Sieve;
  readonly #known = new Map<string, readonly Match[]>();
  readonly #state: StatePattern | undefined;

  constructor(mappings: readonly Mapping[], file: string) {
    const ofFile = ({ file: only }: { readonly file?: string | undefined }): boolean =>
      only === undefined || new RegExp(only, "u").test(file);
    this.#messages = mappings
      .flatMap(({ messages }) => messages.filter(ofFile))
      .map((pattern) => [new RegExp(pattern.match, "u"), pattern] as const);
    this.#sieve = sieveOf(this.expressions);
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
    if (!this.#sieve.mayMatch(line.message)) return [];
    return this.#matches(line.message).map(([{ kind, facts, set }, groups]) => {
      const named = [
        ...Object.entries(set ?? {}),
        ...(facts === undefined ? [] : pointed({ log: fileName(place.file), ...(line.document as object) }, facts)),
        ...Object.entries(groups),
      ];
      return { ...lineOf(place), kind, at: when, dated: line.at !== null, facts: factsOf(named) };
    });
  }

  /** The first pattern of each kind that matches, and what its groups hold. Logs say the same again and again. */
  #matches(message: string): readonly Match[] {
    const known = this.#known.get(message);
    if (known !== undefined) return known;
    const kinds = new Set<EvidenceKind>();
    const found: Match[] = [];
    for (const [expression, pattern] of this.#messages) {
      const match = kinds.has(pattern.kind) ? null : expression.exec(message);
      if (match === null) continue;
      kinds.add(pattern.kind);
      found.push([pattern, match.groups ?? {}]);
    }
    if (this.#known.size === KNOWN_MOST) this.#known.clear();
    this.#known.set(message, found);
    return found;
  }

  /** The rows of one version of a state file. One without a holder is evidence too. */
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
function pointed(document: unknown, facts: Readonly<Record<string, string>> = {}): (readonly [string, unknown])[] {
  return Object.entries(facts).map(([name, pointer]) => [name, at(document, pointer)] as const);
}

function listIn(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
