import { parseBoundedJson, SchemaError } from "@tenure/schema/light";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

const bounds = { maxLength: 1000, maxDepth: 4 };

function refusal(text: string): SchemaError {
  try {
    parseBoundedJson(text, bounds);
  } catch (error) {
    if (error instanceof SchemaError) return error;
    throw error;
  }
  throw new Error(`accepted ${text}`);
}

describe("what JSON allows and tenure refuses", () => {
  test.each([
    ["a proto key", '{"a":{"__proto__":{"b":1}}}', "/a/__proto__"],
    ["an escaped proto key", String.raw`{"\u005f_proto__":1}`, "/__proto__"],
    ["a constructor key", '[{"constructor":1}]', "/0/constructor"],
    ["a prototype key", '{"prototype":null}', "/prototype"],
    ["1e999", '{"a":[1,1e999]}', "/a/1"],
    ["-1e999", "-1e999", ""],
    ["2^53", '{"epoch":9007199254740992}', "/epoch"],
    ["2^53 + 1", '{"epoch":9007199254740993}', "/epoch"],
    ["an integer in exponent form", '{"a/b~c":1e300}', "/a~1b~0c"],
    ["a key twice", '{"a":{"b":1,"c":2,"b":1}}', ""],
    ["a key twice, once escaped", String.raw`{"a":1,"\u0061":1}`, ""],
    ["a byte order mark", "\uFEFF{}", ""],
  ])("%s", (_what, text, path) => {
    expect(() => void JSON.parse(text.replace("\uFEFF", ""))).not.toThrow();
    expect(refusal(text)).toMatchObject({ code: "EINVALID", path });
  });

  test("2^53 − 1 is the last integer read", () => {
    expect(parseBoundedJson("[9007199254740991,-9007199254740991,0.1]", bounds)).toEqual([
      2 ** 53 - 1,
      1 - 2 ** 53,
      0.1,
    ]);
  });
});

describe("what is not JSON", () => {
  test.each([
    "",
    " \n",
    "{",
    '{"a":NaN}',
    "Infinity",
    "undefined",
    "{'a':1}",
    '{"a":1,}',
    '"a',
    '"\\',
    "{}{}",
    "\0",
    "]",
  ])("%j", (text) => {
    expect(refusal(text).code).toBe("EINVALID");
  });

  test("is not repeated raw in the message", () => {
    expect(refusal('\u001b[2J{"a":').message).not.toMatch(/\p{Cc}/u);
  });
});

describe("bounds", () => {
  test("length, in UTF-16 code units", () => {
    expect(parseBoundedJson(`"${"x".repeat(998)}"`, bounds)).toHaveLength(998);
    expect(refusal(`"${"x".repeat(999)}"`).message).toContain("1001");
  });

  test("depth, of arrays and objects alike", () => {
    expect(parseBoundedJson('[{"a":[{}]}]', bounds)).toEqual([{ a: [{}] }]);
    expect(refusal('[{"a":[{"b":[]}]}]').message).toContain("more than 4 deep");
  });

  test("depth is refused before anything is built, however deep", () => {
    const deep = "[".repeat(1_000_000);
    expect(() => parseBoundedJson(deep, { maxLength: 2_000_000, maxDepth: 4 })).toThrow("more than 4 deep");
  });

  test("brackets, colons and quotes within strings count for nothing", () => {
    const value = { '{[:\\"': '[[[[[[{"a":1}', b: "\\" };
    expect(parseBoundedJson(JSON.stringify(value), bounds)).toEqual(value);
  });
});

test("whatever is harmless is read exactly as JSON.parse reads it", () => {
  let accepted = 0;
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), (text) => {
      let value: unknown;
      try {
        value = parseBoundedJson(text, { maxLength: 100_000, maxDepth: 10 });
      } catch (error) {
        expect(error).toBeInstanceOf(SchemaError);
        expect(text).toMatch(/__proto__|constructor|prototype|\d{16}|e\+?\d/u);
        return;
      }
      accepted++;
      expect(value).toEqual(JSON.parse(text));
    }),
    { numRuns: 2000 },
  );
  expect(accepted).toBeGreaterThan(500);
});
