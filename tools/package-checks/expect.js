import { expect } from "vitest";

// Of a pattern that stands where a text is expected, `toMatchObject` sees an object without fields, which everything matches.
expect.addEqualityTesters([
  (received, expected) =>
    expected instanceof RegExp && typeof received === "string" ? expected.test(received) : undefined,
]);
