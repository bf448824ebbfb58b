/** One rule of style that no other tool checks. */
interface Rule {
  readonly message: string;
  readonly appliesTo: (path: string) => boolean;
  /** Line numbers, from 1, that break the rule. */
  readonly broken: (lines: readonly string[]) => number[];
}

const LINES_MAX = 400;

const rules: readonly Rule[] = [
  {
    message: `is longer than ${LINES_MAX} lines`,
    appliesTo: () => true,
    broken: (lines) => (lines.length > LINES_MAX ? [lines.length] : []),
  },
  {
    message: "time and chance come from a clock that tests can replace",
    appliesTo: (path) => /^packages\/[^/]+\/src\//.test(path) && !/clock|testing/.test(path),
    broken: matching(
      /\b(?:Date\.now|performance\.now|process\.hrtime|Math\.random)\b|(?<![\w.])(?:globalThis\.)?(?:setTimeout|setInterval)\(|\bnew Date\(\)|["'](?:node:)?timers(?:\/promises)?["']/,
    ),
  },
  {
    message: "a test that does not run says nothing",
    appliesTo: (path) => path.endsWith(".test.ts"),
    broken: matching(/\b(?:describe|suite|test|it)(?:\.\w+)*\.(?:only|skip|todo)\b/),
  },
  {
    message: "a check is switched off without a reason on the line",
    appliesTo: (path) => !path.startsWith("tools/package-checks/"),
    broken: (lines) =>
      lines.flatMap((line, index) => {
        const compiler = /@ts-(?:ignore|expect-error|nocheck)(.*)/.exec(line);
        const linter = /(?:oxlint|eslint)-disable(.*)/.exec(line);
        const reasonless =
          (compiler && !/\w{3}/.test(compiler[1] ?? "")) ?? (linter && !/ -- .*\w{3}/.test(linter[1] ?? ""));
        return reasonless === true ? [index + 1] : [];
      }),
  },
];

/** What is untidy in a file, as `path:line: message`. */
export function untidy(path: string, text: string): string[] {
  const lines = text.replace(/\n$/, "").split("\n");
  return rules
    .filter((rule) => rule.appliesTo(path))
    .flatMap((rule) => rule.broken(lines).map((line) => `${path}:${line}: ${rule.message}`));
}

/** Finds a pattern in code; whole-line comments may say anything. */
function matching(pattern: RegExp): (lines: readonly string[]) => number[] {
  return (lines) =>
    lines.flatMap((line, index) =>
      !/^\s*(?:\/\/|\/?\*)/.test(line) && pattern.test(line.replace(/\/\/ .*/, "")) ? [index + 1] : [],
    );
}
