import { SchemaError } from "@tenure/schema/light";

/** A value as it stands in the text: `text.slice(start, end)`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

// Sticky: each matches exactly where the reader stands.
const blank = /[\t\n\r ]*/y;
const string = /"[^"\\]*(?:\\.[^"\\]*)*"/y;
const bare = /[^\t\n\r ,\]}]+/y;

/**
 * Finds the value at a JSON pointer, through objects only. The text must have passed `parseBoundedJson`: neither its form
 * nor its depth is checked again.
 * @returns null if there is no such value.
 * @throws SchemaError `EUSAGE` for what is not a pointer to a field.
 */
export function locate(text: string, pointer: string): Span | null {
  let span: Span | null = valueAt(text, skip(blank, text, 0));
  for (const key of keysOf(pointer)) {
    span = text[span.start] === "{" ? memberOf(text, span.start, key) : null;
    if (span === null) return null;
  }
  return span;
}

/** A value as it is written, which tells one program from another; `null` if there is none. As `locate`. */
export function writtenAt(text: string, pointer: string): string | null {
  const span = locate(text, pointer);
  return span === null ? null : text.slice(span.start, span.end);
}

function keysOf(pointer: string): string[] {
  if (!/^(?:\/(?:[^~/]|~[01])*)+$/.test(pointer))
    throw new SchemaError(
      "EUSAGE",
      "",
      `${JSON.stringify(pointer)} is not a JSON pointer to a field, like "/leader_id"`,
    );
  return pointer
    .slice(1)
    .split("/")
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function memberOf(text: string, objectStart: number, key: string): Span | null {
  let at = skip(blank, text, objectStart + 1);
  while (text[at] === '"') {
    const keyEnd = skip(string, text, at);
    const found = JSON.parse(text.slice(at, keyEnd)) === key;
    const colon = skip(blank, text, keyEnd);
    const value = valueAt(text, skip(blank, text, colon + 1));
    if (found) return value;
    at = skip(blank, text, value.end);
    if (text[at] === ",") at = skip(blank, text, at + 1);
  }
  return null;
}

function valueAt(text: string, start: number): Span {
  const first = text[start];
  if (first === '"') return { start, end: skip(string, text, start) };
  if (first !== "{" && first !== "[") return { start, end: skip(bare, text, start) };
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (character === '"') at = skip(string, text, at) - 1;
    else if (character === "{" || character === "[") depth++;
    else if ((character === "}" || character === "]") && --depth === 0) return { start, end: at + 1 };
  }
  return { start, end: text.length };
}

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
