import type { JournalLine } from "@tenure/history";
import type { EvidenceLine, LeaseRecord } from "@tenure/schema";
import { readLeaseEvent, readLeaseRecord } from "@tenure/schema/light";

/** A line of a tenure journal, and where it stands. */
export interface PlacedLine extends JournalLine {
  readonly place: EvidenceLine;
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

  constructor({ everyRenewal = false }: { readonly everyRenewal?: boolean } = {}) {
    this.#everyRenewal = everyRenewal;
  }

  /** Names of fields of which every such line has one. */
  static readonly fields: readonly string[] = ["record", "patch", "sum"];

  /** Whether this is a line of such a journal at all. */
  static knows(value: object): boolean {
    return ("event" in value && ("record" in value || "patch" in value)) || ("prev" in value && "sum" in value);
  }

  /** @returns `false` for a line that cannot be read; a line that another one beat to its place is understood, and void. */
  take(value: object, place: EvidenceLine): boolean {
    const fields = value as Record<string, unknown>;
    const builds = typeof fields["prev"] === "string";
    if (builds && this.#sum !== null && fields["prev"] !== this.#sum && fields["prev"] !== "") return true;
    try {
      const record =
        fields["record"] ?? (this.#record === null ? null : { ...this.#record, ...(fields["patch"] as object) });
      if (record === null) return false;
      this.#record = readLeaseRecord(record);
      if (typeof fields["sum"] === "string") this.#sum = fields["sum"];
      if (fields["event"] !== undefined) this.#keep(readLeaseEvent(fields["event"]), place);
      return true;
    } catch {
      // Why does not matter to the caller: the line is counted and shown as it stands.
      return false;
    }
  }

  #keep(event: JournalLine["event"], place: EvidenceLine): void {
    if (this.#record === null) return;
    const line: PlacedLine = { revision: String(this.lines.length), event, record: this.#record, place };
    const last = this.lines.at(-1);
    const repeats =
      !this.#everyRenewal &&
      last?.event.type === "lease.renewed" &&
      event.type === "lease.renewed" &&
      last.record.epoch === event.epoch;
    if (repeats) this.lines.pop();
    this.lines.push(line);
  }
}
