import { describe, expect, test } from "vitest";
import { file, holders, read } from "./file.ts";

type Entry = readonly (readonly [name: string, value: string])[];

/** As journald serves them: the time in microseconds, the program's own line, and fields of its own before and after. */
function entry(seconds: number, program: string, message: string): Entry {
  return [
    ["__CURSOR", `s=1;i=${seconds}`],
    ["__REALTIME_TIMESTAMP", `${(1_775_120_400 + seconds) * 1_000_000}`],
    ["_HOSTNAME", "north"],
    ["SYSLOG_IDENTIFIER", program],
    ["MESSAGE", message],
    ["_BOOT_ID", "1"],
  ];
}

const told: readonly Entry[] = [
  entry(0, "ctl-a", "I0402 09:00:00.000001       1 leaderelection.go:258] successfully acquired lease press/ctl"),
  entry(10, "ctl-a", "\u001b[33mevent loop blocked for 31 s\u001b[0m\nsecond line"),
  entry(20, "ctl-a", "failed to renew lease press/ctl: timed out waiting for the condition"),
  entry(30, "ctl-b", '{"ts":"2020-01-01T00:00:00Z","msg":"successfully acquired lease press/ctl"}'),
];

function asJson(entries: readonly Entry[]): string {
  return entries.map((fields) => `${JSON.stringify(Object.fromEntries(fields))}\n`).join("");
}

/** A value with anything but plain text in it is written with its length. */
function asExport(entries: readonly Entry[]): Buffer {
  const field = ([name, value]: readonly [string, string]): Buffer => {
    const bytes = Buffer.from(value);
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(bytes.length));
    const isPlain = !/[^\u0020-\uffff]/u.test(value);
    return isPlain
      ? Buffer.from(`${name}=${value}\n`)
      : Buffer.concat([Buffer.from(`${name}\n`), size, bytes, Buffer.from("\n")]);
  };
  return Buffer.concat(entries.flatMap((fields) => [...fields.map(field), Buffer.from("\n")]));
}

describe("the systemd journal", () => {
  test.each([
    ["json", asJson(told)],
    ["export", asExport(told)],
  ])("as %s: the journal's time, the program's own line, and its host and name for a leader", async (_, content) => {
    const document = await read([file("journal", content)]);
    expect(holders(document)).toEqual([
      ["north/ctl-a", "2026-04-02T09:00:00.000Z"],
      ["north/ctl-b", "2026-04-02T09:00:30.000Z"],
    ]);
    expect(document.findings.map(({ ruleId }) => ruleId)).toContain("event-loop-stall");
    expect(document.unparsed).toEqual([]);
    expect(document.lines).toBe(4);
  });

  test("an export's lines are those of the file, also after values with line feeds", async () => {
    const content = asExport(told);
    const { findings } = await read([file("journal", content)]);
    const [stall, lost] = findings.find(({ ruleId }) => ruleId === "event-loop-stall")?.evidence ?? [];
    const lineOfCursor = (id: number): number =>
      content
        .toString("latin1")
        .slice(0, content.indexOf(`__CURSOR=s=1;i=${id}\n`))
        .split("\n").length;
    expect([stall?.line, lost?.line]).toEqual([lineOfCursor(10), lineOfCursor(20)]);
    expect(stall?.text).toBe("\u001b[33mevent loop blocked for 31 s\u001b[0m\nsecond line");
  });

  test("a message given as bytes is read, one that was left out is counted", async () => {
    const bytes = [...Buffer.from("successfully acquired lease press/ctl")];
    const lines = [
      { __REALTIME_TIMESTAMP: "1775120400000000", MESSAGE: bytes },
      { __REALTIME_TIMESTAMP: "1775120401000000", MESSAGE: null },
    ];
    const document = await read([file("j.json", lines.map((line) => `${JSON.stringify(line)}\n`).join(""))]);
    expect(holders(document)).toEqual([["j.json", "2026-04-02T09:00:00.000Z"]]);
    expect(document.unparsed).toMatchObject([{ lines: 1, first: { line: 2 } }]);
  });

  test("an export that ends within an entry, or holds a value of megabytes, is counted, and the rest counts", async () => {
    const whole = asExport(told);
    const torn = await read([file("journal", whole.subarray(0, -30))]);
    expect(torn.unparsed).toMatchObject([{ lines: 1 }]);
    expect(torn.terms).toHaveLength(1);
    const large = [entry(5, "big", `\n${"x".repeat(3_000_000)}`), entry(6, "big", "y".repeat(3_000_000))];
    const bounded = await read([file("journal", Buffer.concat([asExport(large), whole]), undefined, 9_973)]);
    expect(bounded.unparsed).toMatchObject([{ lines: 2 }]);
    expect(bounded.terms).toHaveLength(2);
  });

  test("a length that no file has makes nothing of it, and hangs nothing", async () => {
    const size = Buffer.alloc(8, 0xff);
    const content = Buffer.concat([Buffer.from("__CURSOR=x\nMESSAGE\n"), size, Buffer.from("abc\n\n")]);
    expect((await read([file("journal", content)])).unparsed).toMatchObject([{ lines: 1 }]);
  });
});
