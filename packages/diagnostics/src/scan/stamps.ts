import { timeIn } from "../log-line.ts";
import { isDigit } from "./json-bytes.ts";

/** `2026-04-02T09:00:`, whatever stands between its numbers. */
const MINUTE_LENGTH = 17;
const ZERO = 0x30;
const shape = /^.{17}(\d\d)(?:[.,](\d+))?(?:\D.*)?$/u;

/** Reads the times of one log. Consecutive lines mostly differ in their seconds only, and a whole parse for each takes long. */
export class Stamps {
  /** Of the last time that was parsed: its bytes, how many digits follow its seconds, and its full minute in milliseconds. */
  #bytes: Uint8Array = new Uint8Array();
  #digits = 0;
  #minute = 0;

  /** What `timeIn` says of the text. */
  text(bytes: Uint8Array, start: number, end: number): number | null {
    return this.#likeTheLast(bytes, start, end) ?? this.#parsed(bytes, start, end);
  }

  number(bytes: Uint8Array, start: number, end: number): number | null {
    return timeIn(Number(textOf(bytes, start, end)));
  }

  #likeTheLast(bytes: Uint8Array, start: number, end: number): number | null {
    const last = this.#bytes;
    if (end - start !== last.length) return null;
    for (let index = 0; index < MINUTE_LENGTH; index++) if (bytes[start + index] !== last[index]) return null;
    const seconds = numberAt(bytes, start + MINUTE_LENGTH, 2);
    const dot = start + MINUTE_LENGTH + 2;
    if (seconds === null || seconds > 59) return null;
    if (this.#digits > 0 && bytes[dot] !== last[dot - start]) return null;
    for (let at = this.#digits === 0 ? dot : dot + 1 + this.#digits; at < end; at++)
      if (bytes[at] !== last[at - start]) return null;
    const fraction = numberAt(bytes, dot + 1, this.#digits);
    return fraction === null ? null : this.#minute + seconds * 1_000 + milliseconds(fraction, this.#digits);
  }

  #parsed(bytes: Uint8Array, start: number, end: number): number | null {
    const text = textOf(bytes, start, end);
    const at = timeIn(text);
    const [, seconds, fraction = ""] = shape.exec(text) ?? [];
    if (at === null || seconds === undefined) return at;
    this.#bytes = Buffer.from(text);
    this.#digits = fraction.length;
    this.#minute = at - Number(seconds) * 1_000 - milliseconds(Number(fraction), fraction.length);
    return at;
  }
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString();
}

function numberAt(bytes: Uint8Array, at: number, digits: number): number | null {
  let value = 0;
  for (let index = 0; index < digits; index++) {
    const byte = bytes[at + index];
    if (!isDigit(byte)) return null;
    value = value * 10 + (byte as number) - ZERO;
  }
  return value;
}

/** What is less than a millisecond is cut off, as `Date.parse` does. */
function milliseconds(fraction: number, digits: number): number {
  return Math.floor(fraction * 10 ** (3 - digits));
}
