import { DURATION_MAX_MS, formatDuration, parseDuration } from "@tenure/schema/light";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

describe("parseDuration", () => {
  test.each([
    ["15s", 15_000],
    ["3m", 180_000],
    ["1.5s", 1500],
    ["250ms", 250],
    ["1h30m", 5_400_000],
    ["0s", 0],
    ["0.001ms", 0.001],
    ["1d", 86_400_000],
    ["366d", DURATION_MAX_MS],
    ["1d2h3m4s5ms", 93_784_005],
    ["0.1s", 100],
    ["2.7s", 2700],
  ])("reads %s", (text, durationMs) => {
    expect(parseDuration(text)).toBe(durationMs);
  });

  test.each([
    "",
    "15",
    "1.5",
    "15 s",
    " 15s",
    "15s\n",
    "-1s",
    "+1s",
    "NaN",
    "Infinity",
    "1e3s",
    "1e999",
    ".5s",
    "1.s",
    "1s1m",
    "1s1s",
    "15S",
    "15sec",
    "1w",
    "0x1s",
    "١s",
    "366d1ms",
    "9999999999999s",
    "999999999999d",
  ])("refuses %j and says what is accepted", (text) => {
    expect(() => parseDuration(text)).toThrow(
      expect.objectContaining({
        code: "EUSAGE",
        message: expect.stringMatching(/is (?:not a duration|too long).*"15s"/u) as string,
      }),
    );
  });

  test("says so when only the unit is missing", () => {
    expect(() => parseDuration("1500")).toThrow("no unit: 1500ms or 1500s?");
  });

  test("shows a hostile text escaped and cut", () => {
    expect(() => parseDuration(`\u001b]0;\u202E${"x".repeat(5000)}`)).toThrow(
      /^"\\u001B\]0;\\u202Ex{150,200}…" is not/u,
    );
  });

  test.each([undefined, null, 15, {}, ["15s"]])("refuses the untyped %j", (value: unknown) => {
    expect(() => parseDuration(value as string)).toThrow("is not a duration");
  });
});

describe("formatDuration", () => {
  test.each([
    [180_000, "3m"],
    [2700, "2.7s"],
    [15_000, "15s"],
    [90_000, "1m30s"],
    [0, "0s"],
    [0.5, "0.5ms"],
    [999, "999ms"],
    [61_001, "1m1.001s"],
    [3_600_000, "1h"],
    [86_400_000, "1d"],
    [3_601_000, "1h1s"],
    [DURATION_MAX_MS, "366d"],
  ])("writes %d as shortly as is exact", (durationMs, text) => {
    expect(formatDuration(durationMs)).toBe(text);
  });

  test.each([Number.NaN, -1, Infinity, DURATION_MAX_MS + 1])("refuses %d", (durationMs) => {
    expect(() => formatDuration(durationMs)).toThrow(expect.objectContaining({ code: "EINVALID" }));
  });

  test("parseDuration reads back what it writes, to the microsecond", () => {
    const microseconds = fc.oneof(
      fc.integer({ min: 0, max: DURATION_MAX_MS * 1000 }),
      fc.integer({ min: 0, max: 10_000_000 }),
      fc.integer({ min: 0, max: DURATION_MAX_MS }).map((ms) => ms * 1000),
    );
    fc.assert(
      fc.property(microseconds, (us) => {
        expect(parseDuration(formatDuration(us / 1000))).toBe(us / 1000);
      }),
      { numRuns: 3000 },
    );
  });
});
