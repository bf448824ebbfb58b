import { escapeForDisplay } from "@tenure/schema/light";
import { fit, fitName, inPieces, widthOf, wrap } from "./width.ts";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
  /** Names, which are shortened where a line would be too long. */
  readonly shortens?: boolean;
}

/** `text` is plain and safe already; `style` is put on after the padding, so that it never counts. */
export interface Cell {
  readonly text: string;
  readonly style?: (text: string) => string;
}

export interface TableOptions {
  /** Of the terminal; without any, everything is shown whole. */
  readonly columns?: number;
  readonly styleHead?: (text: string) => string;
  /** Also where a terminal is too narrow for columns; the columns on the right that do not fit are lost then. */
  readonly keepsRows?: boolean;
}

const GAP = "  ";
/** Fewer columns tell nobody which name or text it was. */
const LEAST = 8;

/**
 * Padded columns, no rules. Free text belongs into the last column: what a terminal makes of its width then shifts nothing. Where the line
 * is longer than `columns`, it is cut, and a name is shortened; where that does not do, each row is shown as lines.
 */
export function table(head: readonly Column[], rows: readonly (readonly Cell[])[], options: TableOptions = {}): string {
  const { columns = Number.POSITIVE_INFINITY, styleHead: style, keepsRows = false } = options;
  const titles = head.map(({ title }): Cell => (style === undefined ? { text: title } : { text: title, style }));
  const { widths, fits } = widthsWithin(columns, head, rows, keepsRows ? 0 : LEAST);
  if (!fits && !keepsRows) return rowsAsLines(titles, rows);
  const last = head.length - 1;
  const shown = fits ? head : head.slice(0, columnsWithin(columns, widths));
  const line = (cells: readonly Cell[]): string =>
    shown
      .map(({ align, shortens }, at) => {
        const cell = cells[at] ?? { text: "" };
        const width = widths[at] ?? 0;
        const text = shortens === true ? fitName(cell.text, width) : fit(cell.text, width);
        const padding = " ".repeat(Math.max(0, width - widthOf(text)));
        const styled = cell.style === undefined ? text : cell.style(text);
        if (align === "right") return padding + styled;
        return at === last ? styled : styled + padding;
      })
      .join(GAP)
      .trimEnd();
  return [titles, ...rows].map((cells) => `${line(cells)}\n`).join("");
}

/** How many of them stand side by side in `columns`, in whole. */
function columnsWithin(columns: number, widths: readonly number[]): number {
  let taken = -GAP.length;
  return widths.filter((width) => (taken += GAP.length + width) <= columns).length;
}

/** What the columns take of `columns`: whoever can give way gets what is left, evenly. Where that is too little, each has its least. */
function widthsWithin(
  columns: number,
  head: readonly Column[],
  rows: readonly (readonly Cell[])[],
  lastLeast: number,
): { readonly widths: readonly number[]; readonly fits: boolean } {
  const last = head.length - 1;
  const shares = head.map(({ title, shortens }, at) => {
    const whole = Math.max(title.length, ...rows.map((row) => widthOf(row[at]?.text ?? "")));
    const least = shortens === true ? LEAST : at === last ? lastLeast : whole;
    const width = Math.min(whole, least);
    return { width, wanted: whole - width };
  });
  let room = columns - GAP.length * last - shares.reduce((sum, { width }) => sum + width, 0);
  const fits = room >= 0;
  const wanting = shares.filter(({ wanted }) => wanted > 0).toSorted((a, b) => a.wanted - b.wanted);
  for (const [at, share] of wanting.entries()) {
    const more = Math.min(share.wanted, Math.floor(Math.max(0, room) / (wanting.length - at)));
    share.width += more;
    room -= more;
  }
  return { widths: shares.map(({ width }) => width), fits };
}

function rowsAsLines(titles: readonly Cell[], rows: readonly (readonly Cell[])[]): string {
  const width = Math.max(...titles.map(({ text }) => text.length));
  const shown = ({ text, style }: Cell): string => (style === undefined ? text : style(text));
  return rows
    .map((row) =>
      titles
        .map(
          (title, at) =>
            `${shown(title)}${" ".repeat(width - title.text.length)}${GAP}${shown(row[at] ?? { text: "" })}\n`,
        )
        .join(""),
    )
    .join("\n");
}

export interface NoteOptions {
  readonly columns?: number;
  /** For a screen on which no line runs over. */
  readonly breaksWords?: boolean;
}

/** Puts sentences below a table; they may quote anything. */
export function withNotes(
  text: string,
  notes: readonly string[],
  { columns = Number.POSITIVE_INFINITY, breaksWords = false }: NoteOptions = {},
): string {
  if (notes.length === 0) return text;
  const lines = notes.flatMap((note) => wrap(escapeForDisplay(note), columns));
  const shown = breaksWords ? lines.flatMap((line) => inPieces(line, columns)) : lines;
  return `${text}\n${shown.map((line) => `${line}\n`).join("")}`;
}
