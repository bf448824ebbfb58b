import { describe, expect, test } from "vitest";
import { brokenLinks, firstExample, matchOutput } from "../src/readme.ts";

const readme = `# A package
\`\`\`console
$ npm install it
\`\`\`
\`\`\`js
console.log("a");
\`\`\`
prints
\`\`\`text
a
\`\`\`
`;

describe("the example of a README", () => {
  test("is the first js block with the text block after it", () => {
    expect(firstExample(readme)).toEqual({ code: 'console.log("a");\n', output: "a\n" });
  });

  test("must exist, and must say what it prints", () => {
    expect(() => firstExample("# Nothing")).toThrow("no ```js block");
    expect(() => firstExample("```js\n1;\n```\n```json\n{}\n```\n```text\n1\n```\n")).toThrow("no ```text block");
  });

  test("matches line by line, and … stands for any text within one", () => {
    expect(matchOutput("epoch …, pid …\nend.\n", "epoch 1, pid 42\nend.\n")).toBe(true);
    expect(matchOutput("epoch …\n", "epoch 1\nepoch 2\n")).toContain("printed:\nepoch 1\nepoch 2");
    expect(matchOutput("a.b", "axb")).not.toBe(true);
  });
});

test("links to the web and to headings are not followed", () => {
  const text = "[a](./a.md) [b](https://example.org) [c](#c) [d](d.md#e)";
  expect(brokenLinks(text, (path) => path === "d.md")).toEqual(["./a.md"]);
});
