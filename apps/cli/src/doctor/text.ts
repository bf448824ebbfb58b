import type { StoreGuarantees } from "@tenure/core";
import { escapeForDisplay } from "@tenure/schema/light";
import type { Palette } from "../output/colour.ts";
import { wrap } from "../output/width.ts";
import { worst, type Asked, type DoctorReport } from "./report.ts";

export interface DoctorTextOptions {
  readonly columns: number;
  readonly palette: Palette;
  /** What is well takes one line each. */
  readonly brief?: boolean;
}

const moods = { well: "good", warning: "warning", ill: "bad" } as const satisfies Record<string, keyof Palette>;
const ANSWER_WIDTH = "warning".length;
const GAP = "  ";

/** For each lease what was asked, the answer, what it rests on, and what mends it; then what the store guarantees. */
export function doctorInWords({ reports, guarantees }: DoctorReport, options: DoctorTextOptions): string {
  const { palette } = options;
  const width = Math.max(...reports.flatMap(({ answers }) => answers.map(({ question }) => question.length)), 0);
  const out: string[] = [];
  for (const { title, answers } of reports) {
    const level = worst(answers.map(({ answer }) => answer));
    out.push(`${palette.strong(escapeForDisplay(title))}: ${palette[moods[level]](level)}`);
    for (const asked of answers) out.push(...lines(asked, width, options));
    out.push("");
  }
  if (guarantees !== null) out.push(...guaranteesInWords(guarantees, width, options), "");
  return `${out.join("\n").trimEnd()}\n`;
}

function lines({ question, answer }: Asked, width: number, { columns, palette, brief }: DoctorTextOptions): string[] {
  const head = `${GAP}${question.padEnd(width)}${GAP}`;
  const room = Math.max(20, columns - head.length - ANSWER_WIDTH - GAP.length);
  const rest = " ".repeat(head.length + ANSWER_WIDTH + GAP.length);
  const wrapped = (text: string): string[] => wrap(escapeForDisplay(text), room, "");
  const [first = "", ...more] = wrapped(answer.verdict);
  const state = palette[moods[answer.level]](answer.level) + " ".repeat(ANSWER_WIDTH - answer.level.length);
  const isCut = answer.level === "well" && brief === true && more.length > 0;
  if (isCut)
    return lines({ question, answer: { ...answer, verdict: `${first.slice(0, room - 1)}…` } }, width, {
      columns,
      palette,
    });
  const told = [head + state + GAP + first, ...more.map((line) => rest + line)];
  if (answer.level === "well") return told;
  const seen = answer.evidence.flatMap(wrapped).map((line) => rest + palette.quiet(line));
  return [...told, ...seen, ...wrapped(`to mend it: ${answer.change}`).map((line) => rest + palette.strong(line))];
}

function guaranteesInWords(given: StoreGuarantees, width: number, { columns, palette }: DoctorTextOptions): string[] {
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
  const indent = " ".repeat(GAP.length + titles + GAP.length);
  return [
    palette.strong("what the store guarantees"),
    ...rows.flatMap(([title, text]) =>
      wrap(escapeForDisplay(text), Math.max(20, columns - indent.length), "").map((line, at) =>
        at === 0 ? `${GAP}${title.padEnd(titles)}${GAP}${line}` : indent + line,
      ),
    ),
  ];
}
