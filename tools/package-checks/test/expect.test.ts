import { expect, test } from "vitest";

test("a pattern that stands where a text is expected is held against the text", () => {
  expect({ message: "abc", facts: { name: "orders" } }).toMatchObject({ message: /b/u, facts: { name: /^ord/u } });
  expect(() => expect({ message: "abc" }).toMatchObject({ message: /x/u })).toThrow(/to match object/u);
  expect(() => expect(new Error("abc")).toMatchObject({ message: /x/u })).toThrow(/to match object/u);
});
