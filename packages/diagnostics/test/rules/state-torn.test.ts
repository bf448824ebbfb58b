import { expect, test } from "vitest";
import { history, terms, TERM_S } from "../world.ts";

const end = 2 * TERM_S;

test("state-torn counts versions that are no document, and parsers' complaints only where something came of them", async () => {
  expect(await history(terms(2)).finding("state-torn")).toBeUndefined();
  const told = history(terms(2)).says(end, "SyntaxError: Unexpected end of JSON input");
  expect(await told.finding("state-torn")).toBeUndefined();
  expect(await told.says(end + 20, "duty lost by printer-1").finding("state-torn")).toMatchObject({
    part: "cause",
    confidence: "medium",
  });
});
