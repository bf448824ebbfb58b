import { createReadStream, statSync } from "node:fs";
import { adviseTiming, recordedHistory, slownessOf, whatIf, type RecordedHistory, type Wish } from "@tenure/advisor";
import { LeaseError, nearestSafeTiming, proveTiming, type JournalEntry } from "@tenure/core";
import { counted, readJournal } from "@tenure/diagnostics";
import type { Slowness, WhatIfDocument } from "@tenure/schema";
import { assertLeaseName, failures, quoteForDisplay } from "@tenure/schema/light";
import type { Command } from "commander";
import { adviceInWords } from "../advise/advice-text.ts";
import { probeLatency } from "../advise/probe.ts";
import { whatIfInWords } from "../advise/what-if-text.ts";
import { openExisting, settingsFor } from "../context.ts";
import { usageError } from "../failure.ts";
import {
  duration,
  refuseIdle,
  stallOption,
  storeOptions,
  timingAliases,
  timingOptions,
  type StoreFlags,
  type TimingFlags,
} from "../options.ts";
import { paletteFor } from "../output/colour.ts";
import { print, printDocument, tell } from "../output/print.ts";
import { columnsOf } from "../output/terminal.ts";
import { withinColumns } from "../output/width.ts";
import { stallOf } from "../settings/progress-options.ts";
import { timingOf } from "../settings/settings.ts";
import { verb } from "./verb.ts";

interface Flags extends StoreFlags, TimingFlags {
  readonly gap?: number;
  readonly latency?: number;
  readonly latencyFrom?: string;
  readonly probe?: boolean;
  readonly stall?: number;
  readonly whatIf?: string;
}

export function advise(program: Command): void {
  const command = verb(program, "advise", {
    summary: "The smallest safe settings for a wanted gap",
    does: "Give the safe settings that keep nobody from leading for longer than a wanted gap, at the least cost in writes; or replay a recorded history under other settings",
    json: "one document on stdout (tenure schema advice; of --what-if: what-if)",
    examples: [
      ["tenure advise --gap 5s", "what to set, what it costs, what it rides out"],
      ["tenure advise --gap 5s --probe", "for the store as slow as it is now"],
      ["tenure advise --gap 20s --latency-from orders", "for renewals as late as they were"],
      ["tenure advise --what-if orders --ttl 5s", "would orders have been lost with that?"],
    ],
    aliases: timingAliases,
    exitCodes: ["78  the gap cannot be kept: the smallest that can is printed; or the other settings are unsafe"],
  })
    .addOption(duration("--gap <duration>", "nobody may lead for longer than this after a crash, a hang, a lost host"))
    .addOption(duration("--latency <duration>", "the slowest answer of the store, if you know it"))
    .option("--latency-from <history>", "how late renewals came, by the journal of a lease: its name, or a file")
    .option("--probe", "time the answers of the store now: twenty reads, nothing is written")
    .addOption(stallOption())
    .option("--what-if <history>", "replay the journal of a lease, by its name or a file, under the timing given");
  timingOptions(storeOptions(command)).action((flags: Flags) => perform(flags, command));
}

/** What advice finds. */
const FOUND = ["leaseDuration", "renewDeadline", "renewInterval", "requestTimeout"];

async function perform(flags: Flags, command: Command): Promise<void> {
  const sources = [flags.latency, flags.latencyFrom, flags.probe].filter((source) => source !== undefined);
  if (sources.length > 1) throw usageError("--latency, --latency-from and --probe exclude each other");
  if (flags.whatIf !== undefined) {
    if (flags.gap !== undefined || sources.length > 0)
      throw usageError("--what-if takes the settings to try (--ttl 5s), and no --gap");
    refuseIdle(command, ["stall"], "with --gap");
    return await replay(flags.whatIf, flags);
  }
  if (flags.gap === undefined) throw usageError("say what gap is wanted, as in tenure advise --gap 5s");
  refuseIdle(command, FOUND, "with --what-if: advice finds it");
  const { values } = await settingsFor(flags);
  const stallMs = flags.stall ?? stallOf(values);
  const { stopTimeoutMs, lockDelayMs, jitterFactor, clockRateError, clockGranularityMs } = timingOf(values);
  const facts = { stopTimeoutMs, lockDelayMs, jitterFactor, clockRateError, clockGranularityMs };
  const wish: Wish = {
    gapMs: flags.gap,
    slowness: await slownessFor(flags),
    facts: Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)),
    stallMs,
  };
  const advice = adviseTiming(wish);
  if (advice.timing === null) process.exitCode = failures.EUNSAFETIMING.exitCode;
  if (flags.json) return printDocument(advice);
  const proof = advice.timing === null ? [] : proveTiming(advice.timing, { stallMs });
  const text = adviceInWords(advice, { proof, stallMs, palette: paletteFor("stdout") });
  print(withinColumns(text, columnsOf("stdout")));
}

async function slownessFor(flags: Flags): Promise<Slowness | null> {
  if (flags.latencyFrom !== undefined) return slownessOf(await historyOf(flags.latencyFrom, flags));
  if (flags.latency !== undefined) return { from: "given", samples: 1, latencyMs: flags.latency, latenessMs: null };
  if (flags.probe !== true) return null;
  await using context = await openExisting(flags);
  return await probeLatency(context.store);
}

async function replay(name: string, flags: Flags): Promise<void> {
  const history = await historyOf(name, flags);
  const document = whatIf(history, timingOf((await settingsFor(flags, isPath(name) ? history.name : name)).values));
  if (flags.json) printDocument(document);
  else print(whatIfInWords(document, paletteFor("stdout"), columnsOf("stdout")));
  refuseUnsafe(document);
}

/** A history can be replayed under settings with which nobody may lead. */
function refuseUnsafe({ failing, whatIf: { timing } }: WhatIfDocument): void {
  if (failing.length === 0) return;
  process.exitCode = failures.EUNSAFETIMING.exitCode;
  tell(
    `tenure: with these settings nobody may lead: ${failing.join(" and ")} fails (tenure prove shows it). Nearest safe setting: ${nearestSafeTiming(timing).change}\n`,
  );
}

/** Of a lease of the store, or of one journal file, wherever it was copied to. */
async function historyOf(named: string, flags: Flags): Promise<RecordedHistory> {
  return isPath(named) ? await historyInFile(named) : await historyOfLease(named, flags);
}

/** No lease's name has a slash. */
function isPath(named: string): boolean {
  return named.includes("/") || named.endsWith(".jsonl");
}

/** @throws LeaseError `EINVALID` for what is no journal; the system's error where it cannot be read. */
async function historyInFile(path: string): Promise<RecordedHistory> {
  if (!statSync(path).isFile()) throw usageError(`${quoteForDisplay(path)} is no file: name one journal, or a lease`);
  const { lines, unread } = await readJournal({ name: path, chunks: createReadStream(path) });
  const history = recordedHistory(lines);
  if (history === null || unread > lines.length)
    throw new LeaseError("EINVALID", `${quoteForDisplay(path)} is no journal of tenure with a term in it`);
  if (unread > 0)
    tell(
      `tenure: ${counted(unread, "line")} of ${quoteForDisplay(path)} cannot be read and ${unread === 1 ? "is" : "are"} left out\n`,
    );
  return history;
}

/** @throws LeaseError `ESTOREUNAVAILABLE` where nobody ever led. */
async function historyOfLease(name: string, flags: Flags): Promise<RecordedHistory> {
  assertLeaseName(name);
  await using context = await openExisting(flags, name);
  const entries: JournalEntry[] = [];
  // A journal tells what can be read of it; whether it is whole, only its store can say.
  await context.store.read(name);
  for await (const entry of context.store.journal(name)) entries.push(entry);
  const history = recordedHistory(entries);
  if (history === null)
    throw new LeaseError("ESTOREUNAVAILABLE", `the journal of "${name}" tells of no term`, { name });
  return history;
}
