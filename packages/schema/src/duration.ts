import { quoteForDisplay } from "./display.ts";
import { SchemaError } from "./schema-error.ts";
import { DURATION_MAX_MS } from "./vocabulary.ts";

const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
  ["ms", 1],
] as const;

/** Each unit at most once, the larger first; a fraction may follow any number. */
export const durationPattern =
  /^(?=\d)(?:\d{1,12}(?:\.\d{1,6})?d)?(?:\d{1,12}(?:\.\d{1,6})?h)?(?:\d{1,12}(?:\.\d{1,6})?m)?(?:\d{1,12}(?:\.\d{1,6})?s)?(?:\d{1,12}(?:\.\d{1,6})?ms)?$/u;

export const durationRule = 'a duration is written "250ms", "15s", "1.5s", "3m", "1h30m" or "1d", and is at most 366d';

/**
 * Reads `15s`, `3m`, `1.5s`, `250ms`, `1h30m`. Units: d, h, m, s, ms, the larger first. A number without a unit is refused.
 * @returns milliseconds, from 0 to 366 days; fractions of a millisecond are kept to the microsecond.
 * @throws SchemaError `EUSAGE`, with the text and the accepted forms.
 */
export function parseDuration(text: string): number {
  // What is typed without types may be a number or nothing at all.
  if (typeof text !== "string" || !durationPattern.test(text)) {
    const bare = typeof text === "string" && /^\d+(?:\.\d+)?$/u.test(text) ? ` (no unit: ${text}ms or ${text}s?)` : "";
    throw new SchemaError("EUSAGE", "", `${quoteForDisplay(text)} is not a duration${bare}: ${durationRule}`);
  }
  let microseconds = 0;
  for (const [, amount, unit] of text.matchAll(/([\d.]+)([a-z]+)/gu)) {
    const unitMs = units.find(([name]) => name === unit)?.[1] ?? Number.NaN;
    microseconds += Math.round(Number(amount) * unitMs * 1000);
  }
  const durationMs = microseconds / 1000;
  if (!(durationMs <= DURATION_MAX_MS)) {
    throw new SchemaError("EUSAGE", "", `${quoteForDisplay(text)} is too long: ${durationRule}`);
  }
  return durationMs;
}

/**
 * The shortest exact writing: 180000 → `3m`, 2700 → `2.7s`, 90000 → `1m30s`, 0 → `0s`; `parseDuration` reads it back.
 * @param durationMs from 0 to 366 days; rounded to the microsecond.
 * @throws SchemaError `EINVALID` for anything else.
 */
export function formatDuration(durationMs: number): string {
  if (typeof durationMs !== "number" || !(durationMs >= 0 && durationMs <= DURATION_MAX_MS)) {
    throw new SchemaError(
      "EINVALID",
      "",
      `${quoteForDisplay(durationMs)} is no duration in milliseconds from 0 to 366d`,
    );
  }
  const total = Math.round(durationMs * 1000);
  if (total === 0) return "0s";
  if (total < 1_000_000) return `${total / 1000}ms`;
  let rest = total;
  let text = "";
  for (const [unit, unitMs] of units.slice(0, 3)) {
    const count = Math.floor(rest / (unitMs * 1000));
    rest -= count * unitMs * 1000;
    if (count > 0) text += `${count}${unit}`;
  }
  return rest === 0 ? text : `${text}${decimal(rest)}s`;
}

/** Microseconds as decimal seconds, never in exponent form. */
function decimal(microseconds: number): string {
  const fraction = String(microseconds % 1_000_000)
    .padStart(6, "0")
    .replace(/0+$/u, "");
  const seconds = Math.floor(microseconds / 1_000_000);
  return fraction === "" ? String(seconds) : `${seconds}.${fraction}`;
}
