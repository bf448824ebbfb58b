export interface Example {
  /** Plain ECMAScript, runs as a module. */
  readonly code: string;
  /** What it prints; `…` stands for any text within a line. */
  readonly output: string;
}

/** The first `js` block of a README, and the `text` block after it, which says what it prints. */
export function firstExample(readme: string): Example {
  const code = /^```js\n([\s\S]*?)^```$/m.exec(readme);
  if (code?.[1] === undefined) throw new Error("the README has no ```js block");
  const rest = readme.slice(code.index + code[0].length);
  const output = /^```(\w*)\n([\s\S]*?)^```$/m.exec(rest);
  if (output?.[1] !== "text" || output[2] === undefined)
    throw new Error("no ```text block with the output follows the first ```js block");
  return { code: code[1], output: output[2] };
}

/** `true`, or a message with both texts. */
export function matchOutput(expected: string, actual: string): true | string {
  const pattern = expected
    .trim()
    .split("…")
    .map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`))
    .join(".*");
  return (
    new RegExp(`^${pattern}$`).test(actual.trim()) || `expected:\n${expected.trim()}\n\nprinted:\n${actual.trim()}`
  );
}

/** Relative links of a Markdown text that `exists` denies. */
export function brokenLinks(markdown: string, exists: (path: string) => boolean): string[] {
  const links = [...markdown.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)/g)].map((match) => match[1] ?? "");
  return links.filter((link) => !exists(link));
}
