import { expect, test } from "vitest";
import { passing, PASSED } from "../src/output/passing.ts";

const text = "watching memory/orchestrator-state.json for the next renewal";

test("a passing line never fills a terminal's row: what ran over could not be erased", () => {
  expect(passing(text, 40)).toBe(`${PASSED}watching memory/orchestrator-state.jso…`);
  expect(passing(text, 80)).toBe(`${PASSED}${text}`);
});
