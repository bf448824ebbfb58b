import { assertLeaseName } from "@tenure/schema/light";
import type { Command } from "commander";
import { examineAll } from "../doctor/examine.ts";
import { doctorDocument } from "../doctor/report.ts";
import { doctorInWords } from "../doctor/text.ts";
import { interruptible } from "../interrupt.ts";
import { storeOptions, type StoreFlags } from "../options.ts";
import { paletteFor } from "../output/colour.ts";
import { print, tell } from "../output/print.ts";
import { isTerminal } from "../output/terminal.ts";
import { printDocument, verb } from "./verb.ts";

export function doctor(program: Command): void {
  const command = verb(program, "doctor [name]", {
    summary: "Examine leases while they are held",
    does: "Examine a lease, or all there are: is it really renewed, for this holder and in time, by a process that lives, in a place that is fit for it; changes nothing",
    examples: [
      ["tenure doctor", "all leases"],
      ["tenure doctor orders --json", "what is wrong, for a script"],
    ],
    exitCodes: [
      "0   well",
      "1   warning: it works, and something will follow",
      "2   ill: there is no such lease or store, or it is not kept as promised",
    ],
  });
  storeOptions(command).action(perform);
}

const PLAIN_COLUMNS = 120;
const exitCodes = { well: 0, warning: 1, ill: 2 } as const;

async function perform(name: string | undefined, flags: StoreFlags): Promise<void> {
  if (name !== undefined) assertLeaseName(name);
  const showsProgress = isTerminal("stderr");
  const watching = (names: readonly string[]): void => {
    if (showsProgress && names.length > 0)
      tell(`watching ${names.length === 1 ? names[0] : `${names.length} leases`} for the next renewal`);
  };
  const report = await interruptible("examining", (signal) => examineAll(flags, name, signal, { watching })).finally(
    () => showsProgress && tell("\r\u001b[K"),
  );
  const document = doctorDocument(report);
  process.exitCode = exitCodes[document.level];
  if (flags.json) return printDocument(document);
  const columns = isTerminal("stdout") ? process.stdout.columns || PLAIN_COLUMNS : PLAIN_COLUMNS;
  print(doctorInWords(report, { columns, palette: paletteFor("stdout") }));
}
