import type { JournalLine } from "@tenure/history";
import { JournalReader } from "./readers/journal-reader.ts";
import { linesOf, type Source } from "./source.ts";

/** Every line of one tenure journal, renewals included. What is none, or is torn, is left out and counted. */
export async function readJournal({ name, chunks }: Source): Promise<{ lines: JournalLine[]; unread: number }> {
  const reader = new JournalReader({ everyRenewal: true });
  let unread = 0;
  for await (const raw of linesOf(chunks))
    for (const { number, text, cut } of raw) {
      if (text.trim() === "") continue;
      const value = cut ? null : parsed(text);
      const isRead =
        value !== null && JournalReader.knows(value) && reader.take(value, { file: name, line: number, text: "" });
      if (!isRead) unread += 1;
    }
  return { lines: reader.lines.map(({ revision, event, record }) => ({ revision, event, record })), unread };
}

function parsed(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" ? value : null;
  } catch {
    // Counted by the caller.
    return null;
  }
}
