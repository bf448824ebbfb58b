import { describe, expect, test } from "vitest";
import { diagnose } from "../../src/index.ts";
import { file, holders, read } from "./file.ts";

const TIME = "2026-05-03T08:00:00Z";
const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
const lease = (more: string): string =>
  `{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"x"},"spec":{"holderIdentity":"a"${more}}}`;
const acquired = "successfully acquired lease a/b";

/** Nothing of a file ends a diagnosis: what a line says is understood, or counted as not understood. */
describe("is read to its end and counted:", () => {
  test.each([
    ["a number that is no time", `{"time":1e300,"msg":"${acquired}"}`, 1],
    ["a time of the journal that is none", `{"__REALTIME_TIMESTAMP":"1e300","MESSAGE":"${acquired}"}`, 1],
    ["a time of the journal before all times", `{"__REALTIME_TIMESTAMP":"-1e290","MESSAGE":"${acquired}"}`, 1],
    ["a lease of a time that is none", lease(',"renewTime":1e300,"acquireTime":1e299'), 1],
    ["a lease with a field of great depth", lease(`,"renewTime":"${TIME}","deep":${deep}`), 0],
    ["a lease without fields", '{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":null,"spec":null}', 1],
    [
      "a list of lists of leases",
      `${'{"kind":"List","apiVersion":"v1","items":['.repeat(20_000)}${"]}".repeat(20_000)}`,
      1,
    ],
    ["an event of events of leases", `${'{"object":'.repeat(20_000)}1${"}".repeat(20_000)}`, 1],
    ["a line without a time", acquired, 0],
  ])("%s", async (_, line, failed) => {
    const { lines, unparsed } = await read([file("a.json", `${line}\n`, undefined, 65_536)]);
    expect({ lines, failed: unparsed[0]?.lines ?? 0 }).toEqual({ lines: 1, failed });
  });

  test("a fact of great depth, and an age that is none", async () => {
    const messages = [
      { kind: "acquired" as const, match: "^led$", facts: { holder: "/holder" } },
      { kind: "expired-seen" as const, match: "^over since (?<ageS>\\d+) s$" },
    ];
    const log = [
      `{"time":"${TIME}","msg":"led","holder":${deep}}`,
      `{"time":"${TIME}","msg":"over since ${"9".repeat(300)} s"}`,
    ];
    const { lines } = await read([file("a.log", `${log.join("\n")}\n`, undefined, 65_536)], [{ name: "m", messages }]);
    expect(lines).toBe(2);
  });
});

test("a word that is no month dates no line", async () => {
  const log = ["Foo", "Mai", "May"].map((month) => `${month} 12 10:20:30 host prog[1]: ${acquired}\n`);
  const found = await read([file("a.log", log.join(""), Date.parse(TIME))]);
  expect(holders(found).map(([, time]) => time)).toEqual(["2025-05-12T10:20:30.000Z"]);
});

test("a document of many blanks is shown at once", { timeout: 20_000 }, async () => {
  const document = `{\n "a":${" ".repeat(4_000)}1\n}\n`;
  const { lines, unparsed } = await read([file("a.json", document.repeat(2_000), undefined, 65_536)]);
  expect({ lines, failed: unparsed[0]?.lines, text: unparsed[0]?.first?.text.slice(0, 6) }).toEqual({
    lines: 6_000,
    failed: 2_000,
    text: '{ "a":',
  });
});

test("a line without end is passed over as fast as it comes", { timeout: 20_000 }, async () => {
  const piece = Buffer.alloc(1_024, "x");
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let each = 0; each < 100_000; each++) yield piece;
    yield await Promise.resolve(Buffer.from(`\n${TIME} ${acquired}\n`));
  }
  const { lines, unparsed, terms } = await diagnose([{ name: "a.log", chunks: chunks() }]);
  expect({ lines, failed: unparsed[0]?.lines, terms: terms.length }).toEqual({ lines: 2, failed: 1, terms: 1 });
});

describe("of what a crash or another system leaves between lines", () => {
  const at = (minute: number): string => `2026-05-03T08:0${minute}:00Z ${acquired}\n`;

  test("zeros before a line are no part of it, however many", async () => {
    const content = `${"\0".repeat(2_000_000)}${at(1)}${at(2)}\0\0\0${at(3)}${"\0".repeat(100)}`;
    for (const pieceBytes of [997, 65_536, 4_000_000]) {
      const { lines, unparsed } = await read([file("a.log", content, undefined, pieceBytes)]);
      // Behind the last line they are what is left of one.
      expect({ lines, unparsed }).toMatchObject({ lines: 4, unparsed: [{ lines: 1, first: { line: 4 } }] });
    }
  });

  test("returns alone end lines where no line feed does", async () => {
    const content = [1, 2, 3].map(at).join("").replaceAll("\n", "\r");
    const { lines, unparsed } = await read([file("a.log", content)]);
    expect({ lines, unparsed }).toEqual({ lines: 3, unparsed: [] });
    const mixed = `${at(1).trimEnd()}\r\n${at(2)}${at(3).trimEnd()}\r\n`;
    expect((await read([file("a.log", mixed)])).lines).toBe(3);
  });

  test("a line of no field in an exported journal hides no entry after it", async () => {
    const entry = (more: string): string => `__CURSOR=a\n__REALTIME_TIMESTAMP=1777795200000000\n${more}\n\n`;
    const content = [`MESSAGE=${acquired}`, "torn within\nMESSAGE=x", `MESSAGE=${acquired}`].map(entry).join("");
    const { lines, unparsed } = await read([file("a.export", content)]);
    expect({ lines, failed: unparsed[0]?.lines }).toEqual({ lines: 3, failed: 1 });
  });
});
