import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const docs = fileURLToPath(new URL("../../../docs", import.meta.url));
const headings = /^\| *(?:id|fault|-+) *\|/u;
const rows = readFileSync(join(docs, "faults.md"), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("|") && !headings.test(line))
  .map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

const isId = (text: string): boolean => /^[A-Z]\d+$/u.test(text);
const ids = (letter: string, count: number): string[] => Array.from({ length: count }, (_, at) => `${letter}${at + 1}`);

test("docs/faults.md has a row for each fault", () => {
  const wanted = [...ids("P", 14), ...ids("C", 7), ...ids("F", 18), ...ids("W", 9)];
  expect(rows.flatMap(([id = ""]) => (isId(id) ? [id] : []))).toEqual(wanted);
});

test("every test that docs/faults.md names is there under that title, with the id of its row", () => {
  expect(rows.flatMap(problemsOf)).toEqual([]);
});

function problemsOf([id = "", ...cells]: string[]): string[] {
  const tests = (cells.at(-1) ?? "").split("<br>").filter((cell) => cell !== "");
  if (tests.length === 0)
    return /^(no: |not used: |not available here)/u.test(cells[1] ?? "") ? [] : [`${id} names no test, and not why`];
  return tests.flatMap((named) => {
    const [, path = "", title = ""] = /^\[\w+\]\((.+?)\): (.+)$/u.exec(named) ?? [];
    const file = join(docs, path);
    if (title === "" || !existsSync(file)) return [`${id}: there is no ${named}`];
    if (isId(id) && !new RegExp(`\\b${id}\\b`, "u").test(title)) return [`${id} is not in the title: ${named}`];
    return titlesIn(file).some((found) => found.startsWith(title)) ? [] : [`${id}: no such title: ${named}`];
  });
}

/** Of tests and of groups, as they stand in the source. */
function titlesIn(file: string): string[] {
  const titled = /(["`])((?:(?!\1).)+)\1,\s*(?:async\b|\(|\{)/gu;
  return [...readFileSync(file, "utf8").matchAll(titled)].map(([, , title = ""]) => title);
}
