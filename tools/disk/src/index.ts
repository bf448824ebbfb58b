import process, { argv, stdout } from "node:process";
import { parseArgs } from "node:util";
import { cutPower } from "./cuts.ts";
import { diskTypes, missingFor } from "./machine.ts";
import { fileSide, tenureSide } from "./side.ts";
import { everyFault, sweep } from "./sweep.ts";
import { verbs } from "./verbs.ts";

const { values, positionals } = parseArgs({
  args: argv.slice(2),
  allowPositionals: true,
  options: {
    cuts: { type: "string", default: "250" },
    peers: { type: "string", default: "50" },
    seed: { type: "string", default: "1" },
    verb: { type: "string" },
  },
});

const print = (line: string): void => void stdout.write(`${line}\n`);

async function cuts(): Promise<void> {
  print(
    "| on | kept by | cuts | heard | lost | cuts with a loss | doubled | given out again | unreadable copies | else |",
  );
  print("| --- | --- | --: | --: | --: | --: | --: | --: | --: | --- |");
  for (const type of diskTypes) {
    const missing = missingFor(type);
    if (missing !== null) {
      print(`| ${type} | ${missing} |`);
      continue;
    }
    for (const side of [tenureSide(), fileSide(true), fileSide(false)]) {
      const count = Number(side.name === "tenure" ? values.cuts : values.peers);
      const { heard, lost, cutsWithLoss, doubled, reissued, unreadable, problems } = await cutPower({
        side,
        type,
        cuts: count,
        seed: Number(values.seed),
      });
      // What the others lose is what they are.
      if (side.name === "tenure" && lost + doubled + reissued + problems.length > 0) process.exitCode = 1;
      print(
        `| ${[type, side.name, count, heard, lost, cutsWithLoss, doubled, reissued, unreadable, problems.join("; ")].join(" | ")} |`,
      );
    }
  }
}

async function sweepAll(): Promise<void> {
  print("| command | calls | attempts | ended badly | wrong |");
  print("| --- | --: | --: | --: | --- |");
  for (const verb of verbs) {
    if (values.verb !== undefined && verb.name !== values.verb) continue;
    const { calls, attempts, hit, wrong } = await sweep({ verb, faultsAt: everyFault });
    print(`| ${[verb.name, calls, attempts, hit, wrong.length].join(" | ")} |`);
    for (const sentence of wrong) print(`  ${sentence}`);
    if (wrong.length > 0) process.exitCode = 1;
  }
}

const [part] = positionals;
if (part === undefined || part === "cuts") await cuts();
if (part === undefined || part === "sweep") await sweepAll();
