import { describe, expect, test } from "vitest";
import { clockTime } from "../src/output/clock-time.ts";
import { humanDuration } from "../src/output/duration.ts";
import { table } from "../src/output/table.ts";
import { fit, fitName, inPieces, widthOf, withinColumns, wrap } from "../src/output/width.ts";

describe("durations for people", () => {
  test.each([
    [0, "0 ms"],
    [3.9, "3 ms"],
    [999.9, "999 ms"],
    [9_876, "9.8 s"],
    [99_999, "99.9 s"],
    [250_000, "4 m 10 s"],
    [3_600_000, "1 h"],
    [10_920_000, "3 h 2 m"],
    [1_051_200_000, "12 d 4 h"],
  ])("%d ms reads %s, never more than is left", (ms, text) => {
    expect(humanDuration(ms)).toBe(text);
  });
});

describe("times for people", () => {
  test("shows the clock today, and the date on other days", () => {
    const time = new Date(2026, 2, 5, 7, 8, 9);
    expect(clockTime(time.toISOString(), time.getTime())).toBe("07:08:09");
    expect(clockTime(time.toISOString(), time.getTime() + 86_400_000)).toBe("Mar 05 07:08");
    expect(clockTime(time.toISOString(), time.getTime() + 366 * 86_400_000)).toBe("Mar 05 2026");
  });
});

describe("widths", () => {
  test.each([
    ["worker-a", 8],
    ["東京", 4],
    ["e\u0301", 1],
    ["\u001b[32mheld\u001b[39m", 4],
    ["🚀", 2],
    ["🇩🇪", 2],
    ["㈱", 2],
    ["ꀀ", 2],
    ["שלום", 4],
    ["…", 1],
  ])("%j takes %d columns", (text, columns) => {
    expect(widthOf(text)).toBe(columns);
  });

  test("cuts a text to its room, and marks the cut", () => {
    expect(fit("worker-a", 8)).toBe("worker-a");
    expect(fit("worker-abc", 8)).toBe("worker-…");
    expect(fit("東京東京東京", 7)).toBe("東京東…");
    expect(fit("東京東京東京", 6)).toBe("東京…");
    expect(fit("worker", 1)).toBe("…");
    expect(fit("worker", 0)).toBe("");
  });

  test("shortens a name in its middle, since numbered names differ at their end", () => {
    expect(fitName("orders", 6)).toBe("orders");
    expect(fitName("orders-of-customers-7", 10)).toBe("order…rs-7");
    expect(fitName("東京東京東京", 8)).toBe("東京…京");
    expect(fitName("orders", 1)).toBe("…");
  });

  test("takes apart what may run over nothing, and loses no character of it", () => {
    expect(inPieces("orders", 6)).toEqual(["orders"]);
    expect(inPieces("a/path/東京/x", 4)).toEqual(["a/pa", "th/", "東京", "/x"]);
    expect(inPieces("東", 1)).toEqual(["東"]);
  });
});

describe("wrapping", () => {
  test("breaks between words, indents what follows, and leaves a word whole that is longer than a line", () => {
    expect(wrap("orders: its holder is dead", 14)).toEqual(["orders: its", "  holder is", "  dead"]);
    expect(wrap("a very-long-word-indeed b", 10)).toEqual(["a", "  very-long-word-indeed", "  b"]);
    expect(wrap("short", 10)).toEqual(["short"]);
    expect(wrap("  an indented one", 13)).toEqual(["  an indented", "  one"]);
  });

  test.each([
    [
      "costs      4914 writes an hour for each lease",
      "costs      4914 writes an\n           hour for each\n           lease",
    ],
    ["  4.9s  hung process, stall 0s + R 666ms", "  4.9s  hung process, stall\n        0s + R 666ms"],
    ["33 faults: two never led at once", "33 faults: two never led at\nonce"],
    ["a label that is too long for it  and more", "a label that is too long for\n  it  and more"],
    [
      "costs      \u001b[1m4914 writes of each\u001b[22m",
      "costs      \u001b[1m4914 writes of\n           each\u001b[22m",
    ],
    ["short\n\nlines\n", "short\n\nlines\n"],
  ])("a line that is too long goes on beside its label, or below it: %j", (text, shown) => {
    expect(withinColumns(text, 28)).toBe(shown);
    expect(withinColumns(text)).toBe(text);
  });
});

describe("tables", () => {
  const head = [{ title: "NAME" }, { title: "EPOCH", align: "right" }, { title: "HOLDER" }] as const;
  const rows = [
    [{ text: "orders" }, { text: "7" }, { text: "worker-a/4711-abc-xyz" }],
    [{ text: "b" }, { text: "12" }, { text: "東京のサーバー" }],
  ];

  test("line up, and end without blanks", () => {
    expect(table(head, rows)).toBe(
      "NAME    EPOCH  HOLDER\norders      7  worker-a/4711-abc-xyz\nb          12  東京のサーバー\n",
    );
  });

  test("cut only the last column, to the width of the terminal", () => {
    const lines = table(head, rows, { columns: 28 }).split("\n");
    expect(lines[1]).toBe("orders      7  worker-a/471…");
    expect(lines.every((line) => widthOf(line) <= 28)).toBe(true);
  });

  const named = [{ title: "LEASE", shortens: true }, { title: "STATE" }, { title: "HOLDER" }] as const;
  const longest = `orders-${"x".repeat(115)}-eu-7`;
  const told = [
    [{ text: longest }, { text: "held" }, { text: "東京のサーバー🚀/4711" }],
    [{ text: "b" }, { text: "free" }, { text: "-" }],
  ];

  test("shorten a long name, so that every column stays where it is", () => {
    const lines = table(named, told, { columns: 50 }).trimEnd().split("\n");
    expect(lines).toEqual([
      "LEASE                  STATE  HOLDER",
      "orders-xxx…xxxxx-eu-7  held   東京のサーバー🚀/47…",
      "b                      free   -",
    ]);
    expect(table(named, told)).toContain(longest);
  });

  test.each([20, 24])("show a row as lines where the columns have no room beside each other: %d", (columns) => {
    const lines = table(named, told, { columns }).split("\n");
    expect(lines).toEqual([
      `LEASE   ${longest}`,
      "STATE   held",
      "HOLDER  東京のサーバー🚀/4711",
      "",
      "LEASE   b",
      "STATE   free",
      "HOLDER  -",
      "",
    ]);
    expect(table(named, told, { columns, keepsRows: true })).toMatch(/^b +free /mu);
  });

  test("do not count styles", () => {
    const style = (text: string): string => `\u001b[1m${text}\u001b[22m`;
    const styled = table(head, [[{ text: "b", style }, { text: "12" }, { text: "x" }]], { styleHead: style });
    // oxlint-disable-next-line no-control-regex -- the styles are what is taken out
    expect(styled.replaceAll(/\u001b\[\d+m/gu, "")).toBe("NAME  EPOCH  HOLDER\nb        12  x\n");
  });
});
