import { describe, expect, test } from "vitest";
import { markdownOf } from "../src/index.ts";
import { mapping } from "./mapping.ts";
import { file, read } from "./readers/file.ts";

/** A post-mortem in which the holder, the lines and the file are what somebody wrote who means harm. */
async function postMortem(holder: string, more = ""): Promise<string> {
  const lines = [
    `[2026-04-02T09:00:00Z] [INFO] duty taken by ${holder} term 7 ${more}`,
    `[2026-04-02T09:00:20Z] [INFO] duty kept by ${holder} term 7 ${more}`,
    `[2026-04-02T09:02:00Z] [INFO] duty taken by ${holder}2 term 6 ${more}`,
    `${more} no time`,
  ];
  return markdownOf(await read([file(`${holder.replaceAll("/", "")}.log`, `${lines.join("\n")}\n`)], [mapping]));
}

/** Without its spans of code, as CommonMark finds them; what is left is what a renderer makes something of. */
function outsideCode(markdown: string): string {
  return markdown
    .split("\n")
    .filter((line) => !/^```(?:text)?$/u.test(line))
    .map((line) => line.replaceAll(/(?<![\\`])(`+)(?!`)(?:.*?[^`])??\1(?!`)/gu, "CODE"))
    .join("\n");
}

describe("what came from a log does nothing in Markdown", () => {
  test.each([
    ["a link", "https://evil.example/login"],
    ["a link without a scheme", "www.evil.example"],
    ["a link in brackets", "<https://evil.example>"],
    ["a team", "@org/team"],
    ["a team behind a mark", "(@org/team)"],
    ["an address", "mail@evil.example"],
    ["another issue", "org/repo#12"],
    ["an image", "![x](https://evil.example/x.png)"],
    ["HTML", "<img/src=x>|[a](b)"],
    ["the end of a span", "`@org/team`"],
    ["the end of a longer span", "``@org/team```x`"],
    ["only marks", "`"],
  ])("%s", async (_, text) => {
    for (const markdown of [await postMortem(text), await postMortem("a", text)]) {
      const left = outsideCode(markdown);
      expect(left).not.toMatch(/:\/\/|www\.|@|#\d|(?<!\\)<|(?<!\\)\]\(|(?<!\\)`/u);
      // It is there all the same, as it stood.
      expect(markdown.replaceAll(/\\(?=[|<>[\]!`#])/gu, "")).toContain(text);
    }
  });

  test("a column stays a column, and control characters are shown", async () => {
    const markdown = await postMortem("https://evil.example/|x|", "\u001b[2J");
    const rows = markdown.split("\n").filter((line) => line.startsWith("| "));
    expect(rows.length).toBeGreaterThan(2);
    for (const row of rows) expect(row.replaceAll("\\|", "").split("|")).toHaveLength(7);
    expect(markdown).not.toContain("\u001b");
  });

  test("a line stands in a span of code, with its blanks and backticks", async () => {
    expect(await postMortem("a", "x `y` z`")).toContain(
      ":3: `` [2026-04-02T09:02:00Z] [INFO] duty taken by a2 term 6 x `y` z` ``",
    );
  });
});
