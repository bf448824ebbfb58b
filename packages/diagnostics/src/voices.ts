import type { EvidenceLine } from "@tenure/schema";
import type { Span } from "./silence.ts";
import type { RawLine } from "./source.ts";

/** Fields in which a line says who wrote it, the one that tells most first. */
export const voiceFields: readonly string[] = [
  "session",
  "session_id",
  "sessionId",
  "source",
  "agent",
  "worker",
  "instance",
  "pod",
  "service",
  "component",
  "logger",
  "pid",
];

/** A time in which a voice said nothing, and what it had said before. */
export interface Pause extends Span {
  readonly linesBefore: number;
  /** Its last line before. */
  readonly before: EvidenceLine;
}

/** Shorter ones say nothing, and only the longest are kept. */
const PAUSE_LEAST_MS = 5_000;
const PAUSES_MOST = 64;
/** What comes with a renewal is written by whatever renews. */
const WITH_RENEWAL_MS = 1_500;
const TEXT_BYTES = 160;
/** A letter that does not fit is left out whole. */
const UTF8_MOST = 4;

/** Somebody who writes a log: a program, a session, a thread, as its lines call it. What it says of renewing does not count. */
export class Voice {
  lines = 0;
  first: number = Number.POSITIVE_INFINITY;
  last: number = Number.NEGATIVE_INFINITY;
  readonly file: string;
  /** Empty where lines do not say whose they are. */
  readonly name: string;
  readonly #pauses: Pause[] = [];
  readonly #text: Buffer = Buffer.alloc(TEXT_BYTES);
  #length = 0;
  #line = 0;
  #renewedAt: number = Number.NEGATIVE_INFINITY;

  constructor(file: string, name: string) {
    this.file = file;
    this.name = name;
  }

  renewed(at: number): void {
    this.#renewedAt = at;
  }

  heard(at: number, line: number, text: string): void {
    if (this.#takes(at, line)) this.#length = this.#text.write(text);
  }

  /** The same of a line that was only looked at as bytes. */
  heardIn(at: number, { number, bytes, start, end }: RawLine): void {
    if (!this.#takes(at, number)) return;
    this.#length = Math.min(end - start, TEXT_BYTES);
    this.#text.set(bytes.subarray(start, start + this.#length));
  }

  #takes(at: number, line: number): boolean {
    if (Math.abs(at - this.#renewedAt) <= WITH_RENEWAL_MS || at < this.last) return false;
    if (at - this.last > PAUSE_LEAST_MS && this.lines > 0) this.#pausedUntil(at);
    this.lines++;
    this.first = Math.min(this.first, at);
    this.last = at;
    this.#line = line;
    return true;
  }

  /** The longest of its pauses, and the silence after its last line, in the order of time. */
  get pauses(): readonly Pause[] {
    const end = { from: this.last, to: Number.POSITIVE_INFINITY, linesBefore: this.lines, before: this.#place() };
    return [...this.#pauses.toSorted((a, b) => a.from - b.from), end];
  }

  #pausedUntil(at: number): void {
    if (this.#pauses.length === PAUSES_MOST) {
      const lengths = this.#pauses.map(({ from, to }) => to - from);
      const shortest = lengths.indexOf(Math.min(...lengths));
      if ((lengths[shortest] ?? 0) >= at - this.last) return;
      this.#pauses.splice(shortest, 1);
    }
    this.#pauses.push({ from: this.last, to: at, linesBefore: this.lines, before: this.#place() });
  }

  #place(): EvidenceLine {
    const text = this.#text.toString("utf8", 0, this.#length);
    return { file: this.file, line: this.#line, text: this.#length > TEXT_BYTES - UTF8_MOST ? `${text}…` : text };
  }
}

/** So many writers of one log are no writers, but something that differs from line to line. */
const VOICES_MOST = 500;

/** Those who write one file. */
export class Voices {
  readonly #file: string;
  readonly #byHash = new Map<number, Voice>();
  readonly #byName = new Map<string, Voice | null>();

  constructor(file: string) {
    this.#file = file;
  }

  get all(): readonly Voice[] {
    return this.#byHash.size < VOICES_MOST ? [...this.#byHash.values()] : [];
  }

  /** The voice of that name; `null` where there are too many. */
  named(name: string): Voice | null {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const bytes = Buffer.from(name);
    const voice = this.namedIn(bytes, 0, bytes.length);
    if (this.#byName.size < VOICES_MOST) this.#byName.set(name, voice);
    return voice;
  }

  namedIn(bytes: Uint8Array, start: number, end: number): Voice | null {
    const hash = hashOf(bytes, start, end);
    const known = this.#byHash.get(hash);
    if (known !== undefined) return known;
    if (this.#byHash.size === VOICES_MOST) return null;
    const voice = new Voice(this.#file, Buffer.from(bytes.subarray(start, end)).toString());
    this.#byHash.set(hash, voice);
    return voice;
  }
}

/** FNV-1a. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  return hash;
}

/** How a line that was read names who wrote it; empty where it does not. */
export function voiceIn(document: unknown): string {
  if (typeof document !== "object" || document === null) return "";
  for (const name of voiceFields) {
    const value = (document as Record<string, unknown>)[name];
    if (typeof value === "string" || typeof value === "number") return String(value);
  }
  return "";
}
