import type { JournalEntry } from "@tenure/core";
import { termsOf, type Term } from "@tenure/history";
import type { HistoryDocument } from "@tenure/schema";
import { assertLeaseName } from "@tenure/schema/light";
import type { Command } from "commander";
import { openContext, settingsFor } from "../context.ts";
import { historyInWords } from "../history/text.ts";
import { storeOptions, wholeNumber, type StoreFlags } from "../options.ts";
import { paletteFor } from "../output/colour.ts";
import { print, printDocument } from "../output/print.ts";
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
    examples: [
      ["tenure history orders", "the terms of one lease"],
      ["tenure history orders --last 5 --evidence", "the latest, and how each end was known"],
      ["tenure history --json", "of all leases, by name and epoch"],
    ],
    aliases: ["leader_id, leader_epoch   holderIdentity, epoch"],
  })
    .option("--evidence", "how the end of each term was known")
    .option("--last <terms>", "only the latest terms of each lease", wholeNumber);
  storeOptions(command).action(perform);
}

async function perform(name: string | undefined, flags: Flags): Promise<void> {
  if (name !== undefined) assertLeaseName(name);
  const terms = storeIsThere((await settingsFor(flags, name)).values) ? await termsIn(flags, name) : [];
  if (flags.json) return printDocument({ terms } satisfies HistoryDocument);
  print(
    historyInWords(terms, {
      palette: paletteFor("stdout"),
      nowMs: Date.now(),
      evidence: flags.evidence === true,
      ...(process.stdout.isTTY && { columns: process.stdout.columns }),
    }),
  );
}

async function termsIn(flags: Flags, name: string | undefined): Promise<Term[]> {
  await using context = await openContext(flags, name);
  const { store } = context;
  const { last = Number.POSITIVE_INFINITY } = flags;
  const terms: Term[] = [];
  for (const each of name === undefined ? await store.list() : [name]) {
    // A journal tells what can be read of it; whether it is whole, only its store can say.
    await store.read(each);
    const entries: JournalEntry[] = [];
    for await (const entry of store.journal(each)) entries.push(entry);
    const own = termsOf(entries);
    terms.push(...own.slice(Math.max(0, own.length - last)));
  }
  return terms;
}
