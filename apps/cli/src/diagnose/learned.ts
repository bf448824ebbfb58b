import { basename } from "node:path";
import { counted, type DraftNote } from "@tenure/diagnostics";
import { escapeForDisplay } from "@tenure/schema/light";
import { fit } from "../output/width.ts";

const COLUMNS = 160;

/** What a draft rests on, and what somebody who knows the system must decide. */
export function draftNotes(notes: readonly DraftNote[]): string {
  const out = notes.flatMap(({ what, lines, example, doubts }) => [
    `${what}${lines === 0 ? "" : ` (${counted(lines, "line")})`}`,
    ...(example === null ? [] : [`    ${basename(example.file)}:${example.line}: ${example.text.trim()}`]),
    ...doubts.map((doubt) => `    unsure: ${doubt}`),
  ]);
  const head = "a draft: read each pattern, settle what is unsure, give it a name, then use it with --mapping";
  return `${[head, ...out].map((line) => fit(escapeForDisplay(line), COLUMNS)).join("\n")}\n`;
}
