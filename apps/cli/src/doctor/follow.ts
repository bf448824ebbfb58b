import { setTimeout } from "node:timers/promises";
import { counted } from "@tenure/diagnostics";
import type { Ailment, DoctorDocument } from "@tenure/schema";
import { escapeForDisplay } from "@tenure/schema/light";
import { clockTime } from "../output/clock-time.ts";
import { paletteFor } from "../output/colour.ts";
import { isReadByNobody, print } from "../output/print.ts";
import { fit } from "../output/width.ts";
import { showUntilLeft } from "../watch/screen.ts";
import { doctorDocument, type DoctorReport } from "./report.ts";
import { doctorInWords } from "./text.ts";

type Examine = (signal: AbortSignal) => Promise<DoctorReport>;

/** An examination watches for a renewal; where there is nothing to watch for, it is not begun again at once. */
const APART_MS = 1_000;

/** Examines again and again, in a terminal, until somebody leaves; answers with what was found last. */
export async function followLive(examine: Examine, signal: AbortSignal): Promise<DoctorDocument | null> {
  const palette = paletteFor("stdout");
  let report: DoctorReport | null = null;
  let lookedAt = "";
  const draw = (columns: number, rows: number): string[] => {
    const body = report === null ? ["examining…"] : shown(report, columns, rows - 2);
    const blank = Array.from({ length: Math.max(0, rows - 2 - body.length) }, () => "");
    return [...body, ...blank, "", palette.quiet(fit(`${lookedAt}q to leave`, columns))];
  };
  const left = new AbortController();
  const until = AbortSignal.any([signal, left.signal]);
  await showUntilLeft(draw, signal, async ({ repaint }) => {
    for (;;) {
      report = await examine(until);
      lookedAt = `examined at ${clockTime(new Date().toISOString(), Date.now())}; `;
      repaint();
      await setTimeout(APART_MS, undefined, { signal: until });
    }
  }).finally(() => left.abort());
  signal.throwIfAborted();
  return report === null ? null : doctorDocument(report);
}

/** All of it where there is room; else without what never changes; else only what is wrong. */
function shown(report: DoctorReport, columns: number, rows: number): string[] {
  const palette = paletteFor("stdout");
  const view = { columns, palette, isScreen: true };
  const ailing = report.reports.map((each) => ({
    ...each,
    answers: each.answers.filter(({ answer }) => answer.level !== "well"),
  }));
  const ofLeases = { ...report, guarantees: null };
  const drawn = [
    doctorInWords(report, view),
    doctorInWords(ofLeases, view),
    doctorInWords(ofLeases, { ...view, brief: true }),
    doctorInWords({ ...ofLeases, reports: ailing }, { ...view, brief: true }),
  ].map((text) => text.trimEnd().split("\n"));
  const fitting = drawn.find((lines) => lines.length <= rows);
  if (fitting !== undefined) return fitting;
  const lines = drawn.at(-1) ?? [];
  const kept = Math.max(0, rows - 1);
  return [
    ...lines.slice(0, kept),
    palette.quiet(
      fit(`… and ${counted(lines.length - kept, "more line")}: enlarge the window, or name one lease`, columns),
    ),
  ];
}

/** The same as lines, or as documents: what is found at first, then what is new and what is gone. */
export async function followLines(
  examine: Examine,
  json: boolean,
  signal: AbortSignal,
): Promise<DoctorDocument | null> {
  let before: DoctorDocument | null = null;
  while (!isReadByNobody()) {
    const document = doctorDocument(await examine(signal));
    if (before === null || keysOf(document).join() !== keysOf(before).join())
      if (json) print(`${JSON.stringify(document)}\n`);
      else tellChanges(before, document);
    before = document;
    await setTimeout(APART_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
  return before;
}

function tellChanges(before: DoctorDocument | null, { level, findings }: DoctorDocument): void {
  const time = new Date().toISOString();
  const had = before?.findings ?? [];
  const line = (text: string): void => print(`${time} ${escapeForDisplay(text)}\n`);
  for (const each of findings)
    if (!isIn(each, had)) line(`${each.level}: ${inWords(each)}; to mend it: ${each.change}`);
  for (const each of had) if (!isIn(each, findings)) line(`gone: ${inWords(each)}`);
  if (level === "well") line("well");
}

function inWords({ name, ruleId, verdict }: Ailment): string {
  return `${name === null ? "" : `${name}: `}${ruleId}: ${verdict}`;
}

function isIn(ailment: Ailment, others: readonly Ailment[]): boolean {
  return others.some((other) => keyOf(other) === keyOf(ailment));
}

function keysOf({ findings }: DoctorDocument): string[] {
  return findings.map(keyOf);
}

/** What is told of it, numbers and all, changes with each look. */
function keyOf({ name, ruleId, level }: Ailment): string {
  return `${name ?? ""} ${ruleId} ${level}`;
}
