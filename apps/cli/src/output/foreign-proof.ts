import type { ForeignProofDocument } from "@tenure/schema";
import { escapeForDisplay } from "@tenure/schema/light";
import type { Palette } from "./colour.ts";
import { exactDuration } from "./duration.ts";
import { wrap } from "./width.ts";

const NARROW = 80;

/** The verdict first, then what it rests on, then what to change. */
export function foreignProofInWords(proof: ForeignProofDocument, palette: Palette, columns: number = NARROW): string {
  const { system, rules, overlap, gap, guarantee, changes, sources } = proof;
  const own = rules.filter(({ by }) => by === "system");
  const accepted = own.every(({ holds }) => holds);
  const settings = proof.settings.map(({ name, value }) => `${name}=${value}`);
  const part = (title: string, body: string): string => `${title}\n${body}`;
  const lines = (text: string, indent: string): string =>
    wrap(escapeForDisplay(text), Math.max(40, columns - indent.length))
      .map((line) => `${indent}${line}\n`)
      .join("");
  const isFine = proof.verdict === "excludes";
  const mark = (holds: boolean): string => (holds ? palette.good("holds") : palette.bad("FAILS"));
  const ruled = rules.map(({ by, holds, explanation }) => {
    const who = by === "system" ? `${system}'s own` : "not checked by it";
    return `  ${mark(holds)}  ${palette.quiet(`(${who})`)}\n${lines(explanation, "         ")}`;
  });
  return [
    part(palette.strong(system), lines(settings.join(" "), "  ")),
    part("Rules", ruled.join("")),
    part(
      `Two lead at once: ${isFine ? palette.good("never, by these numbers") : palette.bad(overlapInWords(overlap))}`,
      lines(overlap.explanation, "  "),
    ),
    part(
      `Nobody leads, after a crash: ${gap.worstMs === null ? palette.bad("nothing bounds it") : palette.strong(`at most ${exactDuration(gap.worstMs)}`)}`,
      lines(gap.explanation, "  "),
    ),
    part(`Guaranteed${accepted ? "" : ` (and ${system} refuses or corrects these settings)`}`, lines(guarantee, "  ")),
    ...(changes.length === 0 ? [] : [part("Change", changes.map((change) => lines(change, "  ")).join(""))]),
    part(
      palette.quiet("The rules are written here"),
      sources.map((source) => sourceInWords(source, palette, columns)).join(""),
    ),
  ].join("\n");
}

/** An address must stay in one piece to be opened; what is to be found there stands below it. */
function sourceInWords(source: string, palette: Palette, columns: number): string {
  const [, address = source, what = ""] = /^(\S+) \((.*)\)$/u.exec(source) ?? [];
  const found = what === "" ? [] : wrap(what, Math.max(40, columns - 4)).map((line) => `    ${palette.quiet(line)}\n`);
  return `  ${palette.quiet(address)}\n${found.join("")}`;
}

function overlapInWords({ certainMs, worstMs }: ForeignProofDocument["overlap"]): string {
  if (worstMs === null) return "nothing bounds it";
  const most = `up to ${exactDuration(worstMs)}`;
  return certainMs === null || certainMs === 0 ? most : `${exactDuration(certainMs)} for certain, ${most}`;
}
