import process, { argv, stderr, stdout } from "node:process";
import { parseArgs } from "node:util";
import { Copy } from "./copy.ts";
import { from, Hunter, type Hunted } from "./hunt.ts";
import { mutants } from "./mutants/index.ts";
import { record } from "./record.ts";

/**
 * The long search: a killing seed for each mutant, or for those named. `--from SEED` where to begin, `--schedules N` and `--seconds N` how
 * long for each, `--record` writes what was found down, `--json` prints it as one document. Exit code 1 when one survives.
 */
const { values, positionals } = parseArgs({
  args: argv.slice(2),
  allowPositionals: true,
  options: {
    from: { type: "string", default: "1" },
    schedules: { type: "string", default: "5000" },
    seconds: { type: "string", default: "180" },
    record: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
const wanted = positionals.length === 0 ? [...mutants] : mutants.filter(({ name }) => positionals.includes(name));
const copy = new Copy();
const hunter = new Hunter(copy);
const results: Hunted[] = [];
const bounds = { schedules: Number(values.schedules), ms: Number(values.seconds) * 1_000 };

async function work(queue: Iterator<(typeof wanted)[number]>): Promise<void> {
  for (let next = queue.next(); next.done !== true; next = queue.next()) {
    const hunted = await hunter.hunt(next.value, from(Number(values.from)), bounds);
    results.push(hunted);
    stderr.write(`${lineOf(hunted)}\n`);
  }
}

function lineOf({ mutant, kill, crashes, trouble, schedules }: Hunted): string {
  if (kill !== null) return `killed    ${mutant.name}: seed ${kill.seed}, ${kill.invariant} ${kill.sentence}`;
  return `SURVIVED  ${mutant.name}: ${schedules} schedules, ${crashes} of them crashed${trouble === undefined ? "" : `; ${trouble}`}`;
}

try {
  const queue = wanted.values();
  await Promise.all([work(queue), work(queue)]);
} finally {
  await hunter.close();
  copy.remove();
}
if (values.record) record(results);
if (values.json)
  stdout.write(`${JSON.stringify(results.map(({ mutant, ...rest }) => ({ name: mutant.name, ...rest })))}\n`);
const survivors = results.filter(({ kill }) => kill === null);
stderr.write(`${results.length} mutants, ${survivors.length} survived\n`);
if (survivors.length > 0) process.exitCode = 1;
