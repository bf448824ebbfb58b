import type { DrillDocument } from "@tenure/schema";
import { escapeForDisplay, formatDuration } from "@tenure/schema/light";
import type { Palette } from "../output/colour.ts";
import { humanDuration } from "../output/duration.ts";
import { SLACK_MS } from "./drill.ts";

/** The verdict, then what it rests on. */
export function drillInWords(drill: DrillDocument, palette: Palette): string {
  const { name, fault, pid, forMs, before, after, how, gapMs, boundMs, verdict } = drill;
  const done =
    fault === "kill" ? `process ${pid} was killed` : `process ${pid} stood still for ${humanDuration(forMs ?? 0)}`;
  const office = ({ epoch, holderIdentity }: typeof before): string =>
    `epoch ${epoch}, ${escapeForDisplay(holderIdentity)}`;
  const sentences: Record<typeof verdict, string> = {
    succeeded: palette.good(`"${name}" was succeeded in time`),
    kept: palette.good(`"${name}" was kept: its holder rode it out`),
    late: palette.bad(
      after?.holderIdentity === before.holderIdentity
        ? `"${name}" is led again by the one that stood still itself: does anybody else wait for it?`
        : `"${name}" was succeeded too late`,
    ),
    nobody: palette.bad(`nobody leads "${name}" now: does anybody wait for it?`),
    broken: palette.bad(`"${name}" is broken: its epoch did not rise; tenure doctor ${name}`),
  };
  const rows = [
    ["fault", `${fault}: ${done}`],
    ["before", office(before)],
    [
      "after",
      after === null
        ? verdict === "kept"
          ? "the same"
          : "nobody"
        : `${office(after)}${how === null ? "" : ` (${how})`}`,
    ],
    ["gap", gapMs === null ? "-" : gapInWords(gapMs, boundMs)],
  ];
  return `${sentences[verdict]}\n${rows.map(([title = "", text = ""]) => `  ${palette.quiet(title.padEnd(7))} ${text}\n`).join("")}`;
}

function gapInWords(gapMs: number, boundMs: number): string {
  const news = gapMs > boundMs ? `; ${formatDuration(SLACK_MS)} more are allowed for the news` : "";
  return `${humanDuration(gapMs)}, at most ${formatDuration(boundMs)} by its timing${news}`;
}
