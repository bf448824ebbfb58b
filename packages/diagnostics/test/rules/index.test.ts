import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { rules } from "../../src/rules/index.ts";
import { history, terms } from "../world.ts";

const docs = readFileSync(new URL("../../../../docs/diagnostics.md", import.meta.url), "utf8");

test("a healthy history has no finding but how often things start", async () => {
  const { findings, verdict, terms: told } = await history(terms(5)).diagnosed();
  expect(findings.filter(({ part }) => part === "cause" || part === "contributor")).toEqual([]);
  expect(told.map(({ explanation }) => explanation)).toEqual(Array.from({ length: 5 }, () => "it was released"));
  expect(verdict).not.toMatch(/nobody ever released/u);
});

describe.each(rules.map(({ id }) => id))("%s", (id) => {
  test("has a file of its own, and one of tests", () => {
    for (const path of [`../../src/rules/${id}.ts`, `./${id}.test.ts`])
      expect(existsSync(new URL(path, import.meta.url)), path).toBe(true);
  });

  test("is explained in the documentation", () => {
    expect(docs).toMatch(new RegExp(`^\\|.* \`${id}\` .*\\|.*\\|$`, "mu"));
  });
});
