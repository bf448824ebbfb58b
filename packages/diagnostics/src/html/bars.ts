import { safe } from "./escape.ts";

export interface BarRow {
  readonly name: string;
  readonly value: number;
  readonly label: string;
}

/** A table whose numbers are also drawn. */
export function barTable(
  caption: string,
  heads: readonly [name: string, value: string],
  rows: readonly BarRow[],
): string {
  const most = Math.max(...rows.map(({ value }) => value), 0);
  const body = rows.map(({ name, value, label }) => {
    const width = most === 0 ? 0 : Math.round((value / most) * 60);
    const bar = value > 0 ? `<span class="bar" style="inline-size:${width}%"></span>` : "";
    return `<tr><th scope="row">${safe(name)}</th><td>${bar}${safe(label)}</td></tr>`;
  });
  return `<table><caption>${safe(caption)}</caption><thead><tr><th scope="col">${safe(heads[0])}</th><th scope="col">${safe(heads[1])}</th></tr></thead><tbody>${body.join("")}</tbody></table>`;
}
