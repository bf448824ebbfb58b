/** One expression for all, without the names, which may be there only once. `null` where one refers to a name. */
export function anyOf(sources: readonly string[]): RegExp | null {
  if (sources.some((source) => source.includes("\\k<"))) return null;
  const unnamed = sources.map((source) => source.replaceAll(/\(\?<(?![=!])[^>]+>/gu, "(?:"));
  return new RegExp(unnamed.length === 0 ? "(?!)" : unnamed.map((source) => `(?:${source})`).join("|"), "u");
}
