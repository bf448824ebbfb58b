/** `key=value key="a text"`, as Go's and other programs log. */
const pair = /([A-Za-z_@][\w.@/-]{0,63})=(?:"((?:[^"\\]|\\.)*)"|(\S*))/gu;
const known = /^[A-Za-z_@][\w.@/-]{0,63}=(?:.*?\s)?(?:msg|message)=|^(?:msg|message)=/u;
const LENGTH_MAX = 16_384;

/** The pairs of such a line; `null` for any other: one that has no message. */
export function logfmtIn(text: string): Record<string, string> | null {
  if (text.length > LENGTH_MAX || !known.test(text)) return null;
  const pairs: Record<string, string> = {};
  for (const [, name = "", quoted, bare] of text.matchAll(pair))
    pairs[name] ??= quoted === undefined ? (bare ?? "") : quoted.replaceAll(/\\(.)/gu, "$1");
  return pairs;
}
