import { parseStamp } from "@tenure/schema/light";
import { expect, onTestFinished, test, vi } from "vitest";

const noon = Date.UTC(2026, 0, 6, 12);

test.each([
  ["2026-01-06T12:00:00Z", noon],
  ["2026-01-06T12:00:00.250", noon + 250],
  ["2026-01-06 12:00:00", noon],
  ["2026-01-06T12:00", noon],
  ["2026-01-06T12:00:00.123456+00:00", noon + 123],
  ["2026-01-06T21:00:00+0900", noon],
  ["2026-01-06 07:00:00-05", noon],
  ["Tue, 06 Jan 2026 12:00:00 GMT", noon],
  ["2026-01-06", noon - 43_200_000],
  ["", null],
  ["soon", null],
  ["2026-13-01T00:00:00", null],
])("%s is read the same in every zone", (text, ms) => {
  expect(parseStamp(text)).toBe(ms);
});

test("a stamp without a zone is UTC in a process of another zone too", () => {
  vi.stubEnv("TZ", "Asia/Tokyo");
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(new Date(noon).getHours()).toBe(21);
  expect(parseStamp("2026-01-06T12:00:00")).toBe(noon);
});
