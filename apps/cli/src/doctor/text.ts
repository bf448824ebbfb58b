import type { StoreGuarantees } from "@tenure/core";
import { escapeForDisplay } from "@tenure/schema/light";
import type { Palette } from "../output/colour.ts";
import { fit, inPieces, widthOf, wrap } from "../output/width.ts";
import { worst, type Asked, type DoctorReport } from "./report.ts";

export interface DoctorTextOptions {
  readonly columns: number;
  readonly palette: Palette;
  /** What is well takes one line each. */
  readonly brief?: boolean;
  /** A screen on which no line runs over: what is too long for a line, such as a path, goes on below. */
  readonly isScreen?: boolean;
}

const moods = { well: "good", warning: "warning", ill: "bad" } as const satisfies Record<string, keyof Palette>;
const ANSWER_WIDTH = "warning".length;
const GAP = "  ";
/** An answer in fewer columns beside its question cannot be read: it goes below. */
const LEAST = 30;

/** For each lease what was asked, the answer, what it rests on, and what mends it; then what the store guarantees. */
export function doctorInWords({ reports, guarantees }: DoctorReport, options: DoctorTextOptions): string {
  const width = Math.max(...reports.flatMap(({ answers }) => answers.map(({ question }) => question.length)), 0);
  const out: string[] = [];
  for (const { title, answers } of reports) {
    const level = worst(answers.map(({ answer }) => answer));
    out.push(...titleLines(title, level, options));
    for (const asked of answers) out.push(...lines(asked, width, options));
    out.push("");
  }
  if (guarantees !== null) out.push(...guaranteesInWords(guarantees, width, options), "");
  return `${out.join("\n").trimEnd()}\n`;
}

/** The level in full, whatever is as long as it likes before it. */
function titleLines(
  title: string,
  level: keyof typeof moods,
  { columns, palette, isScreen }: DoctorTextOptions,
): string[] {
  const told = palette[moods[level]](level);
  const pieces = isScreen ? inPieces(escapeForDisplay(title), columns) : [escapeForDisplay(title)];
  const last = pieces.at(-1) ?? "";
  const before = pieces.map((piece) => palette.strong(piece));
  if (isScreen && widthOf(last) + ": warning".length > columns) return [...before, `${GAP}${told}`];
  return [...before.slice(0, -1), `${palette.strong(last)}: ${told}`];
}

function lines({ question, answer }: Asked, width: number, options: DoctorTextOptions): string[] {
  const { columns, palette, brief } = options;
  const beside = GAP.length + width + GAP.length + ANSWER_WIDTH + GAP.length;
  const isBeside = columns - beside >= LEAST;
  const rest = " ".repeat(isBeside ? beside : 2 * GAP.length);
  const wrapped = wrapperFor(columns - rest.length, options);
  const said = wrapped(answer.verdict);
  const isCut = answer.level === "well" && brief === true && said.length > 1;
  const [first = "", ...more] = isCut ? [fit(escapeForDisplay(answer.verdict), columns - rest.length)] : said;
  const level = palette[moods[answer.level]](answer.level);
  const asked = isBeside
    ? [`${GAP}${question.padEnd(width)}${GAP}${level}${" ".repeat(ANSWER_WIDTH - answer.level.length)}${GAP}${first}`]
    : [`${GAP}${question}: ${level}`, rest + first];
  const told = [...asked, ...more.map((line) => rest + line)];
  if (answer.level === "well") return told;
  const seen = answer.evidence.flatMap(wrapped).map((line) => rest + palette.quiet(line));
  return [...told, ...seen, ...wrapped(`to mend it: ${answer.change}`).map((line) => rest + palette.strong(line))];
}

/** Between words; a path or a command's word stays in one piece where it can run over. */
function wrapperFor(columns: number, { isScreen = false }: DoctorTextOptions): (text: string) => string[] {
  return (text) => {
    const broken = wrap(escapeForDisplay(text), columns, "");
    return isScreen ? broken.flatMap((line) => inPieces(line, columns)) : broken;
  };
}

function guaranteesInWords(given: StoreGuarantees, width: number, options: DoctorTextOptions): string[] {
  const { columns, palette } = options;
  const yes = (is: boolean): string => (is ? "yes" : "no");
  const rows: readonly (readonly [string, string])[] = [
    ["engine", given.engine],
    ["shared by", { process: "one process", machine: "one machine", network: "a network" }[given.scope]],
    ["linearizable", yes(given.linearizable)],
    ["survives a power cut", yes(given.durable)],
    ["survives its own failover", yes(given.survivesFailover)],
    ["has a clock of its own", yes(given.serverClock)],
    ["tells a holder's death", yes(given.tellsDeath)],
    ["journal", given.journal],
    ["serves in order", yes(given.fair)],
    ...given.epochResets.map((how) => ["epoch may go back", how] as const),
  ];
  const titles = Math.max(width, ...rows.map(([title]) => title.length));
  const beside = GAP.length + titles + GAP.length;
  const isBeside = columns - beside >= LEAST;
  const rest = " ".repeat(isBeside ? beside : 2 * GAP.length);
  const wrapped = wrapperFor(columns - rest.length, options);
  return [
    palette.strong("what the store guarantees"),
    ...rows.flatMap(([title, text]) => {
      if (!isBeside) return wrapped(`${title}: ${text}`).map((line, at) => (at === 0 ? GAP : rest) + line);
      return wrapped(text).map((line, at) => (at === 0 ? `${GAP}${title.padEnd(titles)}${GAP}` : rest) + line);
    }),
  ];
}
