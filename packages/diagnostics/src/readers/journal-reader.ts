import type { JournalLine } from "@tenure/history";
import type { EvidenceLine, LeaseRecord } from "@tenure/schema";
import { readLeaseEvent, readLeaseRecord } from "@tenure/schema/light";

/** Where lines of a journal are lost. */
export interface JournalGap {
  /** How many, at least. */
  readonly lines: number;
  /** The first line after them. */
  readonly before: EvidenceLine;
}

/** A line of a tenure journal, and where it stands. */
export interface PlacedLine extends JournalLine {
  readonly place: EvidenceLine;
  /** Gaps beside it, or beside renewals that it stands for. */
  readonly gaps: readonly JournalGap[];
}

/**
 * Follows one tenure journal: a store's file, whose renewals are patches and whose lines name the line before, or the lines that a
 * store's journal yields. Of consecutive renewals of one term only the last is kept, so a year of them takes no memory; unless every one
 * is wanted.
 */
export class JournalReader {
  readonly lines: PlacedLine[] = [];
  readonly #everyRenewal: boolean;
  #record: LeaseRecord | null = null;
  #sum: string | null = null;
  #seq = 0;
  /** Found before any line was kept. */
  #gaps: JournalGap[] = [];

  constructor({ everyRenewal = false }: { readonly everyRenewal?: boolean } = {}) {
    this.#everyRenewal = everyRenewal;
  }

  /** Names of fields of which every such line has one. */
  static readonly fields: readonly string[] = ["record", "patch", "sum"];

  /** Whether this is a line of such a journal at all. */
  static knows(value: object): boolean {
    return ("event" in value && ("record" in value || "patch" in value)) || ("prev" in value && "sum" in value);
  }

  /**
   * @returns `false` for a line that cannot be read, or is a patch of a record that was lost; a line that another one beat to its place is
   * understood, and void.
   */
  take(value: object, place: EvidenceLine): boolean {
    const fields = value as Record<string, unknown>;
    if (!this.#isNext(fields)) {
      if (Number(fields["seq"]) <= this.#seq) return true;
      this.#lost(fields, place);
    }
    try {
      const record =
        fields["record"] ?? (this.#record === null ? null : { ...this.#record, ...(fields["patch"] as object) });
      if (record !== null) this.#record = readLeaseRecord(record);
      if (typeof fields["sum"] === "string") this.#sum = fields["sum"];
      if (typeof fields["seq"] === "number") this.#seq = fields["seq"];
      if (record === null) return false;
      if (fields["event"] !== undefined) this.#keep(readLeaseEvent(fields["event"]), place);
      return true;
    } catch {
      // Why does not matter to the caller: the line is counted and shown as it stands.
      return false;
    }
  }

  /** Whether it builds on the line before, begins a journal or a segment of one, or is of a store that numbers nothing. */
  #isNext({ prev, seq, storeId }: Record<string, unknown>): boolean {
    if (typeof prev !== "string" || typeof seq !== "number" || prev === "" || prev === this.#sum) return true;
    return this.#sum === null && storeId !== undefined;
  }

  /** What lines after the lost ones say counts again from the next whole record on. */
  #lost({ seq }: Record<string, unknown>, before: EvidenceLine): void {
    this.#record = null;
    const gap = { lines: Math.max(1, Number(seq) - this.#seq - 1), before };
    const last = this.lines.pop();
    if (last === undefined) this.#gaps.push(gap);
    else this.lines.push({ ...last, gaps: [...last.gaps, gap] });
  }

  #keep(event: JournalLine["event"], place: EvidenceLine): void {
    if (this.#record === null) return;
    const last = this.lines.at(-1);
    const repeats =
      !this.#everyRenewal &&
      last?.event.type === "lease.renewed" &&
      event.type === "lease.renewed" &&
      last.record.epoch === event.epoch;
    if (repeats) this.lines.pop();
    const gaps = repeats ? last.gaps : this.#gaps;
    this.#gaps = [];
    this.lines.push({ revision: String(this.lines.length), event, record: this.#record, place, gaps });
  }
}
