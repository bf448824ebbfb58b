import { escapeForDisplay } from "@tenure/schema/light";
import { fit, widthOf, wrap } from "./width.ts";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

/** `text` is plain and safe already; `style` is put on after the padding, so that it never counts. */
export interface Cell {
  readonly text: string;
  readonly style?: (text: string) => string;
}

const GAP = "  ";

/**
 * Padded columns, no rules. Free text belongs into the last column: what a terminal makes of its width then shifts nothing,
 * and it alone is cut when the line is longer than `columns`.
 */
export function table(
  head: readonly Column[],
  rows: readonly (readonly Cell[])[],
  options: { readonly columns?: number; readonly styleHead?: (text: string) => string } = {},
): string {
  const last = head.length - 1;
  const widths = head.map((column, at) =>
    Math.max(column.title.length, ...rows.map((row) => widthOf(row[at]?.text ?? ""))),
  );
  const taken = widths.slice(0, last).reduce((sum, width) => sum + width + GAP.length, 0);
  const room = options.columns === undefined ? Number.POSITIVE_INFINITY : Math.max(8, options.columns - taken);

  const line = (cells: readonly Cell[]): string =>
    head
      .map((column, at) => {
        const cell = cells[at] ?? { text: "" };
        const text = at === last ? fit(cell.text, room) : cell.text;
        const padding = " ".repeat(Math.max(0, (widths[at] ?? 0) - widthOf(text)));
        const styled = cell.style === undefined ? text : cell.style(text);
        if (column.align === "right") return padding + styled;
        return at === last ? styled : styled + padding;
      })
      .join(GAP)
      .trimEnd();

  const style = options.styleHead;
  const titles = head.map(({ title }): Cell => (style === undefined ? { text: title } : { text: title, style }));
  return [titles, ...rows].map((cells) => `${line(cells)}\n`).join("");
}

/** Puts sentences below a table; they may quote anything. */
export function withNotes(text: string, notes: readonly string[], columns: number = Number.POSITIVE_INFINITY): string {
  if (notes.length === 0) return text;
  const lines = notes.flatMap((note) => wrap(escapeForDisplay(note), columns));
  return `${text}\n${lines.map((line) => `${line}\n`).join("")}`;
}
