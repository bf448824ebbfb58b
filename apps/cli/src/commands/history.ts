import type { JournalEntry } from "@tenure/core";
import { termsOf, type Term } from "@tenure/history";
import type { HistoryDocument } from "@tenure/schema";
import { assertLeaseName } from "@tenure/schema/light";
import { InvalidArgumentError, type Command } from "commander";
import { openContext, settingsFor } from "../context.ts";
import { historyInWords, latest } from "../history/text.ts";
import { storeOptions, wholeNumber, type StoreFlags } from "../options.ts";
import { paletteFor } from "../output/colour.ts";
import { print, printDocument } from "../output/print.ts";
import { placeOf } from "../output/status-document.ts";
import { columnsOf } from "../output/terminal.ts";
import { printStatus } from "../status/print.ts";
import { storeIsThere } from "../store/open-store.ts";
import { verb } from "./verb.ts";

interface Flags extends StoreFlags {
  readonly evidence?: boolean;
  readonly last?: number;
}

export function history(program: Command): void {
  const command = verb(program, "history [name]", {
    summary: "Show each term, and why it ended",
    does: "Show each term: who led, for how long, why it ended, and how long nobody led before it",
    json: "one document on stdout (tenure schema history)",
    examples: [
      ["tenure history orders", "the terms of one lease"],
      ["tenure history orders --last 5 --evidence", "the latest, and how each end was known"],
      ["tenure history --json", "of all leases, by name and epoch"],
    ],
    aliases: ["leader_id, leader_epoch   holderIdentity, epoch"],
  })
    .option("--evidence", "how the end of each term was known")
    .option("--last <terms>", "only the latest terms of each lease", atLeastOne);
  storeOptions(command).action(perform);
}

async function perform(name: string | undefined, flags: Flags): Promise<void> {
  if (name !== undefined) assertLeaseName(name);
  const { values } = await settingsFor(flags, name);
  const isThere = storeIsThere(values);
  // That nobody led yet would be said of a place that may be mistyped.
  if (!isThere && !flags.json) return printStatus({ storeId: null, ...placeOf(values), leases: [] }, false);
  const leases = isThere ? await leasesIn(flags, name) : [];
  const { last = Number.POSITIVE_INFINITY } = flags;
  if (flags.json)
    return printDocument({ terms: leases.flatMap((terms) => latest(terms, last)) } satisfies HistoryDocument);
  const columns = columnsOf("stdout");
  print(
    historyInWords(leases, {
      palette: paletteFor("stdout"),
      nowMs: Date.now(),
      evidence: flags.evidence === true,
      last,
      ...(columns && { columns }),
    }),
  );
}

/** All terms of each lease: what came before one tells something of it. */
async function leasesIn(flags: Flags, name: string | undefined): Promise<Term[][]> {
  await using context = await openContext(flags, name);
  const { store } = context;
  const leases: Term[][] = [];
  for (const each of name === undefined ? await store.list() : [name]) {
    // A journal tells what can be read of it; whether it is whole, only its store can say.
    await store.read(each);
    const entries: JournalEntry[] = [];
    for await (const entry of store.journal(each)) entries.push(entry);
    leases.push(termsOf(entries));
  }
  return leases;
}

function atLeastOne(text: string): number {
  const number = wholeNumber(text);
  if (number === 0) throw new InvalidArgumentError("It would show no term.");
  return number;
}
