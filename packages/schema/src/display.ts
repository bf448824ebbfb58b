const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** Long enough for any name, identity or path; short enough that a hostile one cannot push the message off the screen. */
const DISPLAY_MAX_LENGTH = 200;

/**
 * Makes text of unknown origin safe to print: control, bidi, zero-width, line-separating and other invisible characters
 * and lone surrogates become `\uXXXX`, so it can neither move the cursor, nor forge a line, nor reorder what is read.
 */
export function escapeForDisplay(text: string): string {
  return text.replace(hidden, (character) => {
    let escaped = "";
    for (let at = 0; at < character.length; at++) {
      escaped += `\\u${character.charCodeAt(at).toString(16).padStart(4, "0").toUpperCase()}`;
    }
    return escaped;
  });
}

/** Any value, quoted, escaped and cut for a message. */
export function quoteForDisplay(value: unknown): string {
  if (typeof value !== "string") return typeof value === "object" && value !== null ? describe(value) : String(value);
  const cut = value.length > DISPLAY_MAX_LENGTH;
  return `"${escapeForDisplay(cut ? value.slice(0, DISPLAY_MAX_LENGTH) : value)}${cut ? "…" : ""}"`;
}

function describe(value: object): string {
  return Array.isArray(value) ? "an array" : "an object";
}
