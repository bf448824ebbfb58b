import {
  assertHolderIdentity,
  assertLeaseName,
  escapeForDisplay,
  IDENTITY_MAX_LENGTH,
  isHolderIdentity,
  isLeaseName,
  LEASE_NAME_MAX_LENGTH,
  quoteForDisplay,
} from "@tenure/schema/light";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

describe("lease names", () => {
  test.each(["a", "0", "_", "orchestrator", "A.b-c_9", "a..b", "x".repeat(LEASE_NAME_MAX_LENGTH)])(
    "%s is one",
    (name) => {
      expect(isLeaseName(name)).toBe(true);
      expect(() => assertLeaseName(name)).not.toThrow();
    },
  );

  test.each([
    "",
    ".",
    "..",
    ".a",
    "-a",
    "a/b",
    "a\\b",
    "a b",
    "a\n",
    "a\0",
    "é",
    "a:b",
    "x".repeat(LEASE_NAME_MAX_LENGTH + 1),
    1,
    null,
  ])("%j is none", (name) => {
    expect(isLeaseName(name)).toBe(false);
    expect(() => assertLeaseName(name)).toThrow(expect.objectContaining({ code: "EUSAGE" }));
  });
});

describe("holder identities", () => {
  test.each(["a", "host-a/orchestrator@42", "Zoë 漢字 😀", "😀".repeat(IDENTITY_MAX_LENGTH)])(
    "%s is one",
    (identity) => {
      expect(isHolderIdentity(identity)).toBe(true);
      expect(() => assertHolderIdentity(identity)).not.toThrow();
    },
  );

  test.each([
    "",
    "a\tb",
    "a\u0085b",
    "a\u200Bb",
    "a\u202Eb",
    "a\u2028b",
    "\uFEFFa",
    "\uD800",
    "x".repeat(IDENTITY_MAX_LENGTH + 1),
    undefined,
  ])("%j is none", (identity) => {
    expect(isHolderIdentity(identity)).toBe(false);
    expect(() => assertHolderIdentity(identity)).toThrow(expect.objectContaining({ code: "EUSAGE" }));
  });
});

describe("escapeForDisplay", () => {
  test.each([
    ["\u001b[31mred", String.raw`\u001B[31mred`],
    ["a\r\nb", String.raw`a\u000D\u000Ab`],
    ["\u009b2J", String.raw`\u009B2J`],
    ["\u2028\u2029", String.raw`\u2028\u2029`],
    ["\u202Eevil\u2066", String.raw`\u202Eevil\u2066`],
    ["z\u200B\uFEFF\u00AD", String.raw`z\u200B\uFEFF\u00AD`],
    ["\u{E0041}", String.raw`\uDB40\uDC41`],
    ["\uD800x", String.raw`\uD800x`],
    ["Zoë 漢字 😀 ~\\u0041", "Zoë 漢字 😀 ~\\u0041"],
  ])("%j", (text, shown) => {
    expect(escapeForDisplay(text)).toBe(shown);
  });

  test("leaves nothing a terminal would obey or hide", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 50 }), (text) => {
        expect(escapeForDisplay(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});

test.each([
  ["a", '"a"'],
  ["\n", String.raw`"\u000A"`],
  [1, "1"],
  [null, "null"],
  [[], "an array"],
  [{}, "an object"],
])("quoteForDisplay(%j)", (value, shown) => {
  expect(quoteForDisplay(value)).toBe(shown);
});
