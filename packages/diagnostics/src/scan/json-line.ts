import { blank, isAt, isDigit, JsonBytes, UNSURE } from "./json-bytes.ts";

/** Where a value stands in the bytes, without the quotes of a text. `end` is after it, and not after `start` where there is none. */
export interface Place {
  start: number;
  end: number;
  isText: boolean;
  /** Whether it is to be unescaped: no text of it that has neither a quote, a backslash nor a control character is hidden by that. */
  isEscaped: boolean;
}

/** Names of fields; of the first two those that are wanted most come first. */
export interface FieldNames {
  readonly time: readonly string[];
  readonly message: readonly string[];
  /** An object that has one of these may be no line of a log. */
  readonly foreign: readonly string[];
  /** Who wrote the line; the first of these counts. */
  readonly voice: readonly string[];
}

interface Name {
  readonly bytes: Uint8Array;
  readonly rank: number;
  readonly of: keyof FieldNames;
}

const [QUOTE, COMMA, BRACE, BRACE_END] = [0x22, 0x2c, 0x7b, 0x7d];
const NONE = Number.POSITIVE_INFINITY;

/**
 * Finds the time and the message of a line that is a JSON object, and makes no object of it: most lines of a log say nothing of a lease.
 * What it accepts is JSON, and has that time and that message; what it does not accept may have them all the same.
 */
export class JsonLine {
  readonly time: Place = { start: 0, end: 0, isText: false, isEscaped: false };
  readonly message: Place = { start: 0, end: 0, isText: false, isEscaped: false };
  readonly voice: Place = { start: 0, end: 0, isText: false, isEscaped: false };
  readonly #json = new JsonBytes();
  /** By length: most names have none of these. */
  readonly #names: readonly (readonly Name[])[];
  #timeRank = NONE;
  #messageRank = NONE;
  #voiceRank = NONE;

  constructor(fields: FieldNames) {
    const names = (["time", "message", "foreign", "voice"] as const).flatMap((of) =>
      fields[of].map((name, rank) => ({ bytes: Buffer.from(name), rank, of })),
    );
    const longest = Math.max(0, ...names.map(({ bytes }) => bytes.length));
    this.#names = Array.from({ length: longest + 1 }, (_, length) =>
      names.filter(({ bytes }) => bytes.length === length),
    );
  }

  accepts(bytes: Uint8Array, start: number, end: number): boolean {
    this.time.end = this.time.start;
    this.message.end = this.message.start;
    this.voice.start = this.voice.end = 0;
    this.#timeRank = this.#messageRank = this.#voiceRank = NONE;
    if (bytes[start] !== BRACE) return false;
    for (let at = blank(bytes, start + 1, end); ;) {
      at = this.#field(bytes, at, end);
      if (at === UNSURE) return false;
      at = blank(bytes, at, end);
      if (bytes[at] === BRACE_END) return blank(bytes, at + 1, end) === end;
      if (bytes[at] !== COMMA) return false;
      at = blank(bytes, at + 1, end);
    }
  }

  #field(bytes: Uint8Array, start: number, end: number): number {
    const at = this.#json.name(bytes, start, end);
    // A name with escapes may be one of those that are looked for.
    if (at === UNSURE || this.#json.isEscaped) return UNSURE;
    const after = this.#json.value(bytes, at, end);
    if (after === UNSURE) return UNSURE;
    const name = this.#nameAt(bytes, start + 1, at);
    return name === null || this.#take(name, bytes, at, after) ? after : UNSURE;
  }

  #nameAt(bytes: Uint8Array, start: number, end: number): Name | null {
    let length = 0;
    while (bytes[start + length] !== QUOTE) length++;
    for (const name of this.#names[length] ?? []) if (isAt(bytes, start, end, name.bytes)) return name;
    return null;
  }

  /** Of several fields of a kind the most wanted counts, and of several with one name the last. */
  #take({ of, rank }: Name, bytes: Uint8Array, start: number, end: number): boolean {
    if (of === "foreign") return false;
    const isText = bytes[start] === QUOTE;
    if (of === "voice" && !isText && !isDigit(bytes[start])) return true;
    // What is neither a text nor a number is for a real parser.
    if (!isText && (of === "message" || !isDigit(bytes[start]))) return false;
    if (rank > this.#rankOf(of)) return true;
    if (of === "time") this.#timeRank = rank;
    else if (of === "message") this.#messageRank = rank;
    else this.#voiceRank = rank;
    const place = this[of];
    place.start = isText ? start + 1 : start;
    place.end = isText ? end - 1 : end;
    place.isText = isText;
    place.isEscaped = isText && this.#json.isEscaped;
    return true;
  }

  #rankOf(of: "time" | "message" | "voice"): number {
    if (of === "voice") return this.#voiceRank;
    return of === "time" ? this.#timeRank : this.#messageRank;
  }
}
