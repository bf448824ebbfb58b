import { LeaseError } from "@tenure/core";
import { DURATION_MAX_MS, parseDuration, quoteForDisplay } from "@tenure/schema/light";
import type { SettingForm, SettingForms, ReadSettings } from "./system.ts";

/**
 * Reads `key=value` texts. Keys are taken in any of their spellings (`renewDeadline`, `renew-deadline`, `renew_deadline`); durations as
 * `15s`, or as a bare number of the system's own unit.
 * @throws LeaseError `EUSAGE` with the text at fault and what may stand there.
 */
export function readSettings(texts: readonly string[], forms: SettingForms): ReadSettings {
  const values: Record<string, number | string> = {};
  for (const text of texts) {
    const at = text.indexOf("=");
    const [key, form] = named(plain(text.slice(0, Math.max(0, at))), forms) ?? [];
    if (key === undefined || form === undefined)
      throw usage(`${quoteForDisplay(text)} is no setting; there are ${Object.keys(forms).join("=…, ")}=…`);
    if (Object.hasOwn(values, key)) throw usage(`${key} is given twice`);
    values[key] = readValue(key, text.slice(at + 1), form);
  }
  const defaults = Object.entries(forms).map(([key, form]) => [key, form.default] as const);
  return { ...Object.fromEntries(defaults), ...values };
}

function named(name: string, forms: SettingForms): readonly [string, SettingForm] | undefined {
  return Object.entries(forms).find(([key, { aliases = [] }]) =>
    [key, ...aliases].some((each) => plain(each) === name),
  );
}

function readValue(key: string, text: string, form: SettingForm): number | string {
  if (form.kind === "word") {
    const word = form.words.find((known) => plain(known) === plain(text));
    if (word === undefined) throw usage(`${key} is ${quoteForDisplay(text)}; it is one of ${form.words.join(", ")}`);
    return word;
  }
  const isBare = /^\d{1,12}(?:\.\d{1,6})?$/u.test(text);
  if (form.kind === "number") {
    if (!isBare) throw usage(`${key} is ${quoteForDisplay(text)}; it is a number`);
    return Number(text);
  }
  const also = form.also ?? {};
  if (Object.hasOwn(also, text)) return also[text] ?? 0;
  const ms = isBare ? Number(text) * form.unitMs : (form.read?.(text) ?? parsed(key, text));
  if (ms > DURATION_MAX_MS) throw usage(`${key} is ${quoteForDisplay(text)}; a duration is at most 366 days`);
  return ms;
}

function parsed(key: string, text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw usage(`${key}: ${(error as Error).message}`, error);
  }
}

function plain(text: string): string {
  return text.replaceAll(/[-_ ]/gu, "").toLowerCase();
}

function usage(message: string, cause?: unknown): LeaseError {
  return new LeaseError("EUSAGE", message, {}, { cause });
}
