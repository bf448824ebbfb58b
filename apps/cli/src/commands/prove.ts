import { foreignSystems, proveForeign } from "@tenure/advisor";
import { nearestSafeTiming, proveTiming, resolveTiming, type ProofLine } from "@tenure/core";
import type { ProofDocument } from "@tenure/schema";
import { assertLeaseName, failures } from "@tenure/schema/light";
import { Option, type Command } from "commander";
import { settingsFor } from "../context.ts";
import { usageError } from "../failure.ts";
import {
  refuseIdle,
  stallOption,
  storeOptions,
  timingAliases,
  timingOptions,
  type StoreFlags,
  type TimingFlags,
} from "../options.ts";
import { boundsInWords } from "../output/bounds.ts";
import { paletteFor, type Palette } from "../output/colour.ts";
import { exactDuration } from "../output/duration.ts";
import { foreignProofInWords } from "../output/foreign-proof.ts";
import { print, printDocument } from "../output/print.ts";
import { columnsOf } from "../output/terminal.ts";
import { withinColumns } from "../output/width.ts";
import { stallOf } from "../settings/progress-options.ts";
import { timingOf } from "../settings/settings.ts";
import { verb } from "./verb.ts";

export function prove(program: Command): void {
  const command = verb(program, "prove [name] [settings...]", {
    summary: "Prove that a timing is safe, or lint another system's",
    does: "Prove that a timing is safe, and say how soon a crash is succeeded; exit 78 when it is not. With --foreign, what the settings of another system guarantee",
    json: "one document on stdout (tenure schema proof; of --foreign: foreign-proof)",
    examples: [
      ["tenure prove", "what the configuration says"],
      ["tenure prove --ttl 180s --renew-interval 60s", "what if"],
      [
        "tenure prove --foreign client-go leaseDuration=15s renewDeadline=14s retryPeriod=11s",
        "what another system's settings guarantee; without any, its defaults",
      ],
      ["tenure prove --foreign patroni ttl=30 watchdog=required", "numbers are in its own unit"],
    ],
    aliases: timingAliases,
    exitCodes: [
      "78  unsafe timing: the nearest safe one is printed with it; or another system's settings let two lead, or are none to it",
    ],
  })
    .addOption(
      new Option("--foreign <system>", "the settings are another system's, as key=value").choices(foreignSystems),
    )
    .addOption(stallOption());
  timingOptions(storeOptions(command)).action((name: string | undefined, settings: string[], flags: Flags) =>
    perform(name, settings, flags, command),
  );
}

const TIMING = [
  "leaseDuration",
  "renewDeadline",
  "renewInterval",
  "requestTimeout",
  "stopTimeout",
  "lockDelay",
  "stall",
];

interface Flags extends StoreFlags, TimingFlags {
  readonly foreign?: string;
  readonly stall?: number;
}

async function perform(
  name: string | undefined,
  settings: readonly string[],
  flags: Flags,
  command: Command,
): Promise<void> {
  if (flags.foreign !== undefined) {
    refuseIdle(command, TIMING, "without --foreign, whose settings are key=value");
    return foreign(flags.foreign, name === undefined ? [] : [name, ...settings], flags.json === true);
  }
  if (settings.length > 0 || name?.includes("="))
    throw usageError("key=value settings are another system's: name it with --foreign");
  if (name !== undefined) assertLeaseName(name);
  const { values } = await settingsFor(flags, name);
  const timing = resolveTiming(timingOf(values));
  const lines = proveTiming(timing, { stallMs: flags.stall ?? stallOf(values) });
  const holds = lines.every((line) => line.holds);
  const nearest = holds ? undefined : nearestSafeTiming(timing);
  if (!holds) process.exitCode = failures.EUNSAFETIMING.exitCode;
  if (flags.json) {
    const proof = { timing, lines: lines.map((line) => ({ ...line })), holds };
    return printDocument({ ...proof, ...(nearest && { nearestSafe: nearest.timing }) } satisfies ProofDocument);
  }
  const text = `${inWords(lines, paletteFor("stdout"))}${nearest === undefined ? "" : `\nnearest safe setting: ${nearest.change}\n`}`;
  print(withinColumns(text, columnsOf("stdout")));
}

function foreign(system: string, settings: readonly string[], json: boolean): void {
  const proof = proveForeign(system, settings);
  const isRefused = proof.rules.some(({ by, holds }) => by === "system" && !holds);
  if (isRefused || proof.verdict !== "excludes") process.exitCode = failures.EUNSAFETIMING.exitCode;
  if (json) return printDocument(proof);
  print(foreignProofInWords(proof, paletteFor("stdout"), columnsOf("stdout")));
}

/** The rules that must hold, each with both of its sides; below them what follows for a crash. */
function inWords(lines: readonly ProofLine[], palette: Palette): string {
  const rules = lines.filter(({ rule }) => !rule.startsWith("DETECT")).map((line) => ruleInWords(line, palette));
  // What follows from rules that do not hold is nothing.
  if (!lines.every(({ holds }) => holds)) return rules.join("\n");
  return `${rules.join("\n")}\n${boundsInWords(lines, palette)}`;
}

function ruleInWords({ rule, holds, left, leftText, right, rightText, marginMs }: ProofLine, palette: Palette): string {
  const verdict = holds ? palette.good("holds") : palette.bad("FAILS");
  const margin = `${exactDuration(Math.abs(marginMs))} ${holds ? "to spare" : "too much"}`;
  const sides = [leftText, exactDuration(Math.max(0, left)), rightText, exactDuration(Math.max(0, right))];
  const width = Math.max(sides[1]?.length ?? 0, sides[3]?.length ?? 0);
  const side = (sign: string, value = "", text = ""): string =>
    `  ${sign} ${value.padStart(width)}  ${palette.quiet(text)}\n`;
  return `${rule} ${verdict}, ${margin}\n${side("  ", sides[1], sides[0])}${side(holds ? "<=" : "> ", sides[3], sides[2])}`;
}
