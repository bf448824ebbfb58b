import { quoteForDisplay } from "./display.ts";

const SECRET = "***";
/** `scheme://user:secret@host`: up to the last @ of the word, since a secret that was not escaped may hold anything. */
const IN_AUTHORITY = /(?<before>[a-z][a-z0-9+.-]*:\/\/[^\s/?#:@["'`]*:)[^\s"'`]*(?=@)/giu;
/** `password=secret`, as a parameter of a URL or a key of a connection string, quoted or not. */
const AS_PARAMETER =
  /(?<before>\b(?:\w*(?:password|passwd|passphrase|pwd|secret|token)|pass|auth)\s*=\s*)(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\s&#;,'"]+)/giu;
/** Only what has one of these can hold a secret, where a URL was meant. */
const MAY_HOLD_SECRET = /[@=#]|:(?!\/\/)/u;

/** Text that may hold a URL of a store, without its secrets: for everything that is printed or logged. */
export function redact(text: string): string {
  return text.replace(IN_AUTHORITY, `$<before>${SECRET}`).replace(AS_PARAMETER, `$<before>${SECRET}`);
}

/**
 * The URL of a store, in an error about it: scheme, host and path, since a secret may stand in any other part. Text that is no such
 * URL is shown only where it cannot hold one: a mistake may have put it anywhere.
 */
export function urlForDisplay(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  // What stands before a later @ was meant to be a password, with a sign in it that ends a host.
  const isWhole = url !== null && url.host !== "" && !`${url.pathname}${url.search}${url.hash}`.includes("@");
  if (isWhole) return `${url.protocol}//${url.host}${url.pathname}`;
  return MAY_HOLD_SECRET.test(text) ? "the URL given (not shown: it may hold a password)" : quoteForDisplay(text);
}
