import type { JournalLine } from "@tenure/history";
import type { EvidenceLine, LeaseRecord } from "@tenure/schema";
import { readLeaseEvent, readLeaseRecord } from "@tenure/schema/light";
import { isProved } from "./journal-sum.ts";

/** Where lines of a journal are lost. */
export interface JournalGap {
  /** Whose journal it is, as far as the first line after them says. */
  readonly lease: unknown;
  /** How many, at least. */
  readonly lines: number;
  /** The number of the first line after them. */
  readonly before: number;
}

/** A line of a tenure journal, and where it stands. */
export interface PlacedLine extends JournalLine {
  readonly place: EvidenceLine;
  /** Of which store it is, as its file's first line says; `null` where none does. */
  readonly storeId: string | null;
}

/** Lines of a file store that do not say what it wrote. */
export interface ForgedLines {
  readonly count: number;
  /** The numbers of the first of them. */
  readonly first: readonly number[];
}

const FORGED_NAMED = 5;

/** Where the journal of a file store goes on from another file, and how far this one goes. */
export interface Segment {
  readonly storeId: unknown;
  readonly lease: unknown;
  readonly seq: number;
  readonly prev: string;
  readonly ends: { readonly seq: number; readonly sum: string };
}

type Fields = Readonly<Record<string, unknown>>;

/** A line of a file store, as far as it says where it belongs. */
interface Link {
  readonly seq: number;
  readonly sum: string;
  readonly lease: unknown;
}

/**
 * Follows one tenure journal: a store's file, whose renewals are patches and whose lines name the line before, or the lines that a
 * store's journal yields. Of consecutive renewals of one term only the last is kept, so a year of them takes no memory; unless every one
 * is wanted.
 */
export class JournalReader {
  readonly gaps: JournalGap[] = [];
  /** Of the first line, where it is one that begins a file. */
  #begin: Omit<Segment, "ends"> | null = null;
  readonly #forged: { count: number; readonly first: number[] } = { count: 0, first: [] };
  readonly #everyRenewal: boolean;
  readonly #kept: PlacedLine[] = [];
  /** The line read last, until one that builds on it shows that it was in effect. */
  #last: PlacedLine | null = null;
  #record: LeaseRecord | null = null;
  #link: Link | null = null;
  #storeId: string | null = null;

  constructor({ everyRenewal = false }: { readonly everyRenewal?: boolean } = {}) {
    this.#everyRenewal = everyRenewal;
  }

  /** Names of fields of which every such line has one. */
  static readonly fields: readonly string[] = ["record", "patch", "sum", "prev"];

  /** Whether this is a line of such a journal at all. */
  static knows(value: object): boolean {
    const { event, record, patch, prev, sum, seq } = value as Fields;
    if (typeof prev === "string" && typeof seq === "number") return typeof sum === "string" || isObject(event);
    return isObject(event) && (isObject(record) || isObject(patch));
  }

  /** What is in effect, oldest first. */
  get lines(): readonly PlacedLine[] {
    this.#settle();
    return this.#kept;
  }

  /** `null` for what is no file of a store, or not from its first line on, or holds other journals too. */
  get segment(): Segment | null {
    const [begin, ends] = [this.#begin, this.#link];
    return begin === null || ends === null || begin.lease !== ends.lease ? null : { ...begin, ends };
  }

  get forged(): ForgedLines {
    return this.#forged;
  }

  /**
   * @returns `false` for a line that cannot be read or proved, or is a patch of a record that was lost; a line that another one beat to its
   * place is understood, and void.
   */
  take(value: object, place: EvidenceLine): boolean {
    const fields = value as Fields;
    try {
      if (!this.#isGenuine(fields, place)) return false;
      return this.#isVoid(fields, place) || this.#read(fields, place);
    } catch {
      // Why does not matter to the caller: the line is counted and shown as it stands. What it made of the record is not known.
      this.#record = null;
      return false;
    }
  }

  #read({ record, patch, event }: Fields, place: EvidenceLine): boolean {
    const said = record ?? (this.#record === null ? null : { ...this.#record, ...(patch as object) });
    if (said !== null) this.#record = readLeaseRecord(said);
    if (event === undefined) return true;
    if (this.#record === null) return false;
    this.#last = { revision: "", event: readLeaseEvent(event), record: this.#record, place, storeId: this.#storeId };
    return true;
  }

  /** A line of a file store proves itself; one that stands among such lines and cannot was put there. */
  #isGenuine(fields: Fields, { line }: EvidenceLine): boolean {
    const isSealed = fields["prev"] !== undefined || fields["sum"] !== undefined;
    if (isSealed ? isProved(fields) : this.#link === null) return true;
    if (++this.#forged.count <= FORGED_NAMED) this.#forged.first.push(line);
    return false;
  }

  /** Whether another line was first; one that was not becomes the one to build on. */
  #isVoid({ prev, seq, sum, storeId, name, event }: Fields, { line }: EvidenceLine): boolean {
    if (typeof seq === "number" && typeof sum === "string") {
      const lease = name ?? Object(event).name ?? this.#link?.lease;
      // Journals may have been put one behind the other.
      const before = this.#link?.lease === lease ? this.#link : null;
      const opens = storeId !== undefined;
      if (prev !== before?.sum) {
        if (!opens && before !== null && seq <= before.seq) return true;
        // Writers build only on lines in effect: where one builds on another line than this, that one was first.
        if (before?.seq === seq - 1) this.#last = null;
        this.#record = null;
        const isLost = opens ? before !== null && seq > before.seq : prev !== "";
        if (isLost) this.gaps.push({ lease, lines: Math.max(1, seq - (before?.seq ?? 0) - 1), before: line });
      }
      if (opens) this.#storeId = typeof storeId === "string" ? storeId : null;
      if (opens && this.#link === null)
        this.#begin = { storeId, lease, seq, prev: typeof prev === "string" ? prev : "" };
      this.#link = { seq, sum, lease };
    }
    this.#settle();
    return false;
  }

  #settle(): void {
    const line = this.#last;
    if (line === null) return;
    this.#last = null;
    const before = this.#kept.at(-1);
    const repeats =
      !this.#everyRenewal &&
      before?.event.type === "lease.renewed" &&
      line.event.type === "lease.renewed" &&
      before.record.epoch === line.record.epoch &&
      before.record.name === line.record.name;
    if (repeats) this.#kept.pop();
    this.#kept.push({ ...line, revision: String(this.#kept.length) });
  }
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
