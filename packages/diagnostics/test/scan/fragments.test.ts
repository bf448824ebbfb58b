import { readFileSync } from "node:fs";
import { mappingSchema } from "@tenure/schema";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { commonMapping } from "../../src/common-mapping.ts";
import { fragmentsOf } from "../../src/scan/fragments.ts";
import { Sieve } from "../../src/scan/sieve.ts";
import { mapping } from "../mapping.ts";

const orchestrator = readFileSync(new URL("../../../../examples/mappings/orchestrator.json", import.meta.url), "utf8");
const mappings = [commonMapping, mapping, mappingSchema.parse(JSON.parse(orchestrator))];
const known = mappings.flatMap(({ messages }) => messages.map(({ match }) => match));

describe("what every match of an expression has in it", () => {
  test.each([
    ["^duty taken by (?<holder>\\S+) term", ["duty taken by "]],
    ["[Ff]ailed to renew", ["ailed to renew"]],
    ["\\bEACCES\\b|is forbidden: ", ["EACCES", "is forbidden: "]],
    ["CPU (?:throttl|starv)ing", ["throttl", "starv"]],
    ["(?:lost)+ it", ["lost"]],
    ["state\\.json", ["state.json"]],
    ["later(?:ly)? he", ["later"]],
    ["(?:lost)? it", null],
    ["lost|it", null],
    ["los.t", null],
    ["(?<!re)lost", ["lost"]],
    ["(?=lost)..", null],
    ["größer", null],
    ['said "no', ["said "]],
  ])("%s", (source, fragments) => {
    expect(fragmentsOf(source)).toEqual(fragments);
  });

  // fast-check makes no texts for what looks ahead or behind, or at the edge of a word.
  const makeable = known.filter((source) => !/\(\?<?!/u.test(source)).map((source) => source.replaceAll("\\b", ""));
  test.each(makeable)("a text that matches passes: %s", (source) => {
    const sieve = new Sieve([...known, source]);
    const isPlain = (text: string): boolean => JSON.stringify(text) === `"${text}"`;
    fc.assert(
      fc.property(fc.string(), fc.stringMatching(new RegExp(source, "u")), (before, matching) => {
        const texts = [before, ""].flatMap((head) => ["x", ""].map((tail) => `${head}${matching}${tail}`.trimEnd()));
        const text = texts.find((each) => new RegExp(source, "u").test(each)) ?? matching;
        const bytes = Buffer.from(JSON.stringify(text).slice(1, -1));
        const place = { start: 0, end: bytes.length, isText: true, isEscaped: !isPlain(text) };
        expect(sieve.mayPass(bytes, place)).toBe(true);
        expect(sieve.mayMatch(text)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  test("texts of other matters are left out", () => {
    const bytes = Buffer.from("request served in 13 ms");
    const place = { start: 0, end: bytes.length, isText: true, isEscaped: false };
    expect(new Sieve(known).mayPass(bytes, place)).toBe(false);
    expect(new Sieve([...known, "in \\d+ ms"]).mayPass(bytes, place)).toBe(true);
  });
});
