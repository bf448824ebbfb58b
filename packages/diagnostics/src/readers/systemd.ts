import { jsonLine, momentOf, plainLine, type LogLine } from "../log-line.ts";

/** The field that every entry has. */
export const JOURNAL_FIELD = "__REALTIME_TIMESTAMP";

/** Whether this is an entry of the systemd journal, as `journalctl -o json` writes it. */
export function isJournalEntry(value: object): boolean {
  return JOURNAL_FIELD in value;
}

/** What an entry says, and its message as it was written. */
export interface EntryLine {
  readonly line: LogLine;
  readonly text: string;
}

/**
 * What an entry says: the journal tells when, and what a program wrote is read as its log would be. `null` for a message that the journal
 * left out, as it does with long ones.
 */
export function journalEntryLine(entry: object): EntryLine | null {
  const fields = entry as Record<string, unknown>;
  const text = textIn(fields["MESSAGE"]);
  const at = momentOf(Number(fields[JOURNAL_FIELD]) / 1_000);
  if (text === null || at === null) return null;
  const written = writtenLine(text);
  const source = textIn(fields["SYSLOG_IDENTIFIER"]) ?? textIn(fields["_SYSTEMD_UNIT"]) ?? undefined;
  const log = [textIn(fields["_HOSTNAME"]), source].filter((each) => each !== null && each !== undefined).join("/");
  const named = { ...(source !== undefined && { source }), ...(log !== "" && { log }) };
  const document = { ...fields, ...named, ...(written.document as object) };
  return { line: { at, message: written.message, document }, text };
}

/** A program's own line, as it wrote it to its output. */
export function writtenLine(text: string): LogLine {
  if (!text.startsWith("{")) return plainLine(text);
  try {
    return jsonLine(JSON.parse(text) as object);
  } catch {
    // A text that begins with a brace is a text.
    return plainLine(text);
  }
}

/** A field is a text, a list of bytes where it is none that UTF-8 can say, a list of values, or left out. */
function textIn(value: unknown): string | null {
  if (typeof value === "string") return value;
  if (!Array.isArray(value) || value.length === 0) return null;
  return value.every((each) => typeof each === "number") ? Buffer.from(value).toString() : textIn(value[0]);
}
