import type { ForeignProofDocument } from "@tenure/schema";
import { escapeForDisplay } from "@tenure/schema/light";
import type { Palette } from "./colour.ts";
import { exactDuration } from "./duration.ts";
import { widthOf, wrap } from "./width.ts";

const NARROW = 80;
/** Below this nothing is broken any further. */
const LEAST = 20;

/** The verdict first, then what it rests on, then what to change. */
export function foreignProofInWords(proof: ForeignProofDocument, palette: Palette, columns: number = NARROW): string {
  const { system, rules, overlap, gap, guarantee, changes, sources } = proof;
  const own = rules.filter(({ by }) => by === "system");
  const accepted = own.every(({ holds }) => holds);
  const settings = proof.settings.map(({ name, value }) => `${name}=${value}`);
  const part = (title: string, body: string): string => `${title}\n${body}`;
  /** What is found out stands in the title, or below it where there is no room beside. */
  const found = (title: string, finding: string, colour: (text: string) => string, body: string): string =>
    widthOf(`${title}: ${finding}`) <= columns
      ? part(`${title}: ${colour(finding)}`, body)
      : part(`${title}:`, `${lines(finding, "  ").replaceAll(/\S.*/gu, colour)}${body}`);
  const lines = (text: string, indent: string): string =>
    wrap(escapeForDisplay(text), Math.max(LEAST, columns - indent.length))
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
    found(
      "Two lead at once",
      isFine ? "never, by these numbers" : overlapInWords(overlap),
      isFine ? palette.good : palette.bad,
      lines(overlap.explanation, "  "),
    ),
    found(
      "Nobody leads, after a crash",
      gap.worstMs === null ? "nothing bounds it" : `at most ${exactDuration(gap.worstMs)}`,
      gap.worstMs === null ? palette.bad : palette.strong,
      lines(gap.explanation, "  "),
    ),
    `${lines(`Guaranteed${accepted ? "" : ` (and ${system} refuses or corrects these settings)`}`, "")}${lines(guarantee, "  ")}`,
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
  const found =
    what === "" ? [] : wrap(what, Math.max(LEAST, columns - 4)).map((line) => `    ${palette.quiet(line)}\n`);
  return `  ${palette.quiet(address)}\n${found.join("")}`;
}

function overlapInWords({ certainMs, worstMs }: ForeignProofDocument["overlap"]): string {
  if (worstMs === null) return "nothing bounds it";
  const most = `up to ${exactDuration(worstMs)}`;
  return certainMs === null || certainMs === 0 ? most : `${exactDuration(certainMs)} for certain, ${most}`;
}
