import { escapeForDisplay } from "./display.ts";
import { checkPlainJson } from "./plain-json.ts";
import { SchemaError } from "./schema-error.ts";

export interface JsonBounds {
  /** In UTF-16 code units. */
  readonly maxLength: number;
  /** How deep objects and arrays may lie in each other; a bare value has depth 0. */
  readonly maxDepth: number;
}

/** Room for any document of one lease with the longest texts, and for what newer versions add. */
const documentBounds: JsonBounds = { maxLength: 65_536, maxDepth: 16 };

/**
 * Parses JSON of unknown origin. Beyond what JSON itself forbids it refuses a byte order mark, text over the bounds,
 * numbers that a double cannot hold (1e999, integers over 2^53 − 1), keys that occur twice, and the keys `__proto__`,
 * `constructor` and `prototype`.
 * @param bounds by default 65,536 code units and a depth of 16.
 * @throws SchemaError `EINVALID`, with the path of the value where one is at fault.
 */
export function parseBoundedJson(text: string, bounds: JsonBounds = documentBounds): unknown {
  if (text.length > bounds.maxLength)
    refuse(`${text.length} characters of JSON, where ${bounds.maxLength} are the most`);
  if (text.startsWith("\uFEFF")) refuse("the JSON starts with a byte order mark; save it without one");
  const keysWritten = scan(text, bounds.maxDepth);
  const value = parse(text);
  const keysKept = checkPlainJson(value, bounds.maxDepth);
  // JSON.parse keeps the last of equal keys and drops the others without a word.
  if (keysKept !== keysWritten) refuse("a key of the JSON occurs twice in one object");
  return value;
}

/** Counts keys and refuses depth without recursion, before anything is built from the text. */
function scan(text: string, maxDepth: number): number {
  let depth = 0;
  let keys = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22: // "
        at = endOfString(text, at);
        break;
      case 0x3a: // :
        keys++;
        break;
      case 0x5b: // [
      case 0x7b: // {
        if (++depth > maxDepth) refuse(`the JSON is more than ${maxDepth} deep`);
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth--;
        break;
      default:
    }
  }
  return keys;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) break;
    if (code === 0x5c) at++; // A backslash takes the next character with it.
  }
  return at;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const what = text.trim() === "" ? "it is empty" : escapeForDisplay((cause as SyntaxError).message);
    return refuse(`this is not JSON: ${what}`, cause);
  }
}

function refuse(message: string, cause?: unknown): never {
  throw new SchemaError("EINVALID", "", message, { cause });
}
