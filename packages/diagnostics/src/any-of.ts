/** What a group held, by its name or number; a backslash before a number may be taken for it, which only costs time. */
const reference = /\\(?:k<|[1-9])/u;

/** One expression for all, without the names, which may be there only once. `null` where one refers to a group: joined it would be another. */
export function anyOf(sources: readonly string[]): RegExp | null {
  if (sources.some((source) => reference.test(source))) return null;
  const unnamed = sources.map((source) => source.replaceAll(/\(\?<(?![=!])[^>]+>/gu, "(?:"));
  return new RegExp(unnamed.length === 0 ? "(?!)" : unnamed.map((source) => `(?:${source})`).join("|"), "u");
}
