import type { StatusDocument } from "@tenure/schema";
import { paletteFor } from "../output/colour.ts";
import { print, printDocument } from "../output/print.ts";
import { columnsOf } from "../output/terminal.ts";
import { statusInWords } from "./text.ts";

/** The same words and the same document, whichever way it was come by. */
export function printStatus(document: StatusDocument, json: boolean): void {
  if (json) return printDocument(document);
  const columns = columnsOf("stdout");
  print(statusInWords(document, { ...(columns && { columns }), palette: paletteFor("stdout"), nowMs: Date.now() }));
}
