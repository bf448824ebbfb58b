import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { commonMapping } from "../../src/common-mapping.ts";
import { Interpreter } from "../../src/interpreter.ts";
import { jsonLine, timeIn } from "../../src/log-line.ts";
import { mayBeYearless } from "../../src/readers/klog.ts";
import { QuietLines } from "../../src/scan/quiet-lines.ts";
import { Stamps } from "../../src/scan/stamps.ts";
import { RawLine } from "../../src/source.ts";
import { mapping } from "../mapping.ts";

const mappings = [mapping, commonMapping];
const interpreter = new Interpreter(mappings, "a.log");
const quietLines = (): QuietLines => new QuietLines(undefined, interpreter.expressions, ["swept"]);

function raw(text: string): RawLine {
  const bytes = Buffer.from(`before\n${text}\nafter\n`);
  return new RawLine(2, bytes, 7, bytes.length - 7, false);
}

const time = "2026-04-02T09:00:00.5Z";

/** What reading the line in full makes of it: when, if that is all; else `null`. */
function inFull(text: string): number | null {
  const line = jsonLine(JSON.parse(text) as object);
  const place = { file: "a.log", line: 2, text };
  const isTold = interpreter.messages(line, place, 0).length > 0 || line.message.includes("swept");
  return isTold || mayBeYearless(line) ? null : line.at;
}

const stamps = fc.oneof(
  fc
    .tuple(
      fc.integer({ min: 0, max: 200_000 }),
      fc.constantFrom(0, 1, 3, 6, 9),
      fc.constantFrom("Z", "+02:00", "", "+0000", "+02", " +0200", " -03:30 NST", " UTC", " CEST"),
    )
    .map(([ms, digits, zone]) => {
      const [whole = "", fraction = ""] = new Date(1_775_120_400_000 + ms).toISOString().slice(0, -1).split(".");
      return `${whole}${digits === 0 ? "" : `.${fraction.padEnd(9, "7").slice(0, digits)}`}${zone}`;
    }),
  fc.constantFrom(
    "2026-04-02 09:00:61Z",
    "2026/04/02 09:00:00,5",
    "09:00",
    "",
    "2026-04-02T09:00:00Z.",
    "2026-13-02T09:00:00Z",
  ),
);

const message = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("duty taken by a term 7", "I0402 09:00:00.000000 1 a.go:1] x", "Apr  2 09:00:00 host ctl[1]: x"),
  fc.constantFrom(
    "a became leader \n",
    "a became leader ",
    "it\tswept\n",
    'an invalid session "x',
    "duty of",
    "Apr: 2 of",
    "x\\y",
  ),
);
const value = fc.oneof(
  message,
  stamps,
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(1_775_120_400, 1.5, -1, null, 1e21),
);
const name = fc.constantFrom(
  "time",
  "ts",
  "msg",
  "message",
  "text",
  "level",
  "a",
  "b",
  "record",
  "err",
  "log",
  "sum",
  "object",
  "é",
  "\\",
);

describe("lines that are read by their bytes alone", () => {
  test("say when they were written, and nothing that reading them in full would tell", () => {
    const fields = fc.array(fc.tuple(name, value), { maxLength: 6 });
    const lines = quietLines();
    let quiet = 0;
    fc.assert(
      fc.property(
        fields,
        fc.constantFrom("", " "),
        fc.tuple(fc.nat(400), fc.nat(255)),
        fc.boolean(),
        (own, gap, [place, byte], isTorn) => {
          const parts = [["time", time] as const, ...own].map(
            ([key, each]) => `${JSON.stringify(key)}:${gap}${JSON.stringify(each)}`,
          );
          const bytes = Buffer.from(`{${gap}${parts.join(`,${gap}`)}${gap}}`);
          if (isTorn && place < bytes.length) bytes[place] = byte;
          const line = raw(bytes.toString("latin1"));
          const at = lines.timeOf(line);
          if (at === null) return;
          quiet++;
          expect(at).toBe(inFull(line.text));
        },
      ),
      { numRuns: 1_000 },
    );
    expect(quiet).toBeGreaterThan(100);
  });

  test.each([
    ["a plain line", `{"level":"INFO","time":"${time}","msg":"request served","took":1.5,"ok":true}`],
    ["with blanks, as Python writes them", `{"time": "${time}", "message": "request served", "of": null}`],
    ["with more inside", `{"time":"${time}","msg":"request served","http":{"of":["a",{"b":-1}],"c":[]}}`],
    ["with quotes in the message", `{"time":"${time}","msg":"user \\"nina\\" came\\nby"}`],
    ["without a message", `{"time":"${time}"}`],
  ])("%s is one", (_, text) => {
    expect(quietLines().timeOf(raw(text))).toBe(Date.parse(time));
  });

  test.each([
    ["of a lease", `{"time":"${time}","msg":"duty taken by a term 7"}`],
    ["of a lease, with escapes that nothing needs", `{"time":"${time}","msg":"duty taken b\\u0079 a term 7"}`],
    ["with what a change took out", `{"time":"${time}","msg":"it swept"}`],
    ["torn", `{"time":"${time}","msg":"request {"time":"${time}"}`],
    ["torn within a number", `{"time":"${time}","n":01}`],
    ["without a time", `{"msg":"request served"}`],
    ["of a journal of tenure", `{"time":"${time}","event":"x","record":{}}`],
    ["whose name is written in escapes", `{"time":"${time}","m\\u0073g":"duty taken by a term 7"}`],
  ])("a line %s is none", (_, text) => {
    expect(quietLines().timeOf(raw(text))).toBeNull();
  });

  test("times are those that a whole parse gives, whatever came before", () => {
    fc.assert(
      fc.property(fc.array(stamps, { minLength: 2, maxLength: 8 }), (texts) => {
        const own = new Stamps();
        for (const text of texts) expect(own.text(Buffer.from(text), 0, Buffer.from(text).length)).toBe(timeIn(text));
      }),
      { numRuns: 1_000 },
    );
  });
});
