import { formatDuration } from "@tenure/schema/light";
import { Argument, type Command } from "commander";
import { perform as performDrill } from "../chaos/drill.ts";
import { faults, targetOf, type Fault, type Target } from "../chaos/target.ts";
import { drillInWords } from "../chaos/text.ts";
import { openExisting } from "../context.ts";
import { usageError } from "../failure.ts";
import { interruptible } from "../interrupt.ts";
import { duration, storeOptions, type StoreFlags } from "../options.ts";
import { paletteFor } from "../output/colour.ts";
import { print, printDocument, tell } from "../output/print.ts";
import { verb } from "./verb.ts";

interface Flags extends StoreFlags {
  readonly for?: number;
  readonly yes?: boolean;
  readonly confirm?: string;
}

const SHORTEST_MS = 100;
const LONGEST_MS = 300_000;

export function chaos(program: Command): void {
  const command = verb(program, "chaos", {
    summary: "A game day: harm the holder of a live lease on purpose, and judge what follows",
    does: "Kill, stop or stall the process that holds a lease on this machine, and judge what follows: how long nobody led, who leads now, whether the epoch rose. Without consent nothing is done but to say what would be",
    json: "one document on stdout (tenure schema drill)",
    examples: [
      ["tenure chaos orders kill", "says what it would kill"],
      ["tenure chaos orders kill --yes", "SIGKILL; a successor must lead in time"],
      ["tenure chaos orders pause --for 20s --confirm orders", "SIGSTOP, and SIGCONT after 20 s"],
      ["tenure chaos orders stall --for 5s --yes", "stops the command of tenure run, not tenure run"],
    ],
    exitCodes: [
      "0   it was succeeded in time, or rode it out",
      "1   nobody leads, too late, or the epoch did not rise",
      "64  no consent: what would be done is printed",
      "77  no process that is certainly the holder's runs here; nothing was done",
      "79  nobody holds the lease, or it has run out",
    ],
  })
    .addArgument(new Argument("<name>", "the lease"))
    .addArgument(new Argument("<fault>", "what to do to the holder").choices(faults))
    .addOption(
      duration("--for <duration>", "how long it stands still, 5m at most; of a kill: how long to wait for the next"),
    )
    .option("--yes", "do it")
    .option("--confirm <name>", "do it, if this is the name of the lease");
  storeOptions(command).action(perform);
}

async function perform(name: string, fault: Fault, flags: Flags): Promise<void> {
  const forMs = flags.for ?? null;
  if (forMs === null && fault !== "kill")
    throw usageError(`say for how long, as in tenure chaos ${name} ${fault} --for 20s`);
  if (forMs !== null && (forMs < SHORTEST_MS || forMs > LONGEST_MS))
    throw usageError(
      `--for is ${formatDuration(forMs)}; it is from ${formatDuration(SHORTEST_MS)} to ${formatDuration(LONGEST_MS)}`,
    );
  if (flags.confirm !== undefined && flags.confirm !== name)
    throw usageError(`--confirm names another lease than "${name}": nothing was done`);
  await using context = await openExisting(flags, name);
  const { store, host } = context;
  const scene = { ...host, store };
  if (flags.yes !== true && flags.confirm === undefined) {
    const { what, boundMs } = targetOf(await store.read(name), fault, scene);
    throw usageError(
      `this would ${deed(fault, forMs)} ${what}; another must lead within ${formatDuration(Math.ceil(boundMs))}. Nothing was done: --yes or --confirm ${name} does it`,
    );
  }
  const onFault = ({ what, process }: Target): void => {
    if (flags.json) return;
    const wayBack = fault === "kill" ? "" : `; if this ends before it, kill -CONT ${process.pid}`;
    tell(`${fault === "kill" ? "killing" : "stopping"} ${what}${wayBack}\n`);
  };
  const drill = await interruptible(
    `trying a ${fault} on "${name}"`,
    (signal) => performDrill(scene, { name, fault, forMs, onFault }, signal),
    fault === "kill" ? "what was killed stays dead" : "what was stopped goes on",
  );
  if (!["succeeded", "kept"].includes(drill.verdict)) process.exitCode = 1;
  if (flags.json) return printDocument(drill);
  print(drillInWords(drill, paletteFor("stdout")));
}

function deed(fault: Fault, forMs: number | null): string {
  return fault === "kill" ? "kill" : `stop for ${formatDuration(forMs ?? 0)}`;
}
