import { byUnitTests, equivalents, mutants } from "./mutants/index.ts";
import type { KillingSeeds } from "./record.ts";

const head = `# Mutants

Each is one small wrong change to tenure, against a rule of the design, a bug that was found, or what went wrong in
[the incident](incident.md). A schedule of the simulator must break the named invariant with the change, and keep every promise without
it; an error that is only a crash is no kill. \`npm test\` runs each killing seed again, on the changed and on the unchanged code, and
fails when a mutant survives. This page is written by \`pnpm --filter @tenure/mutants search --record\`.
`;

const everyChange = `
## Every small change

\`npm run mutation\` makes each small change that Stryker knows to \`packages/core/src/protocol\`, and in the file store to \`floor.ts\` and
\`lease-file.ts\`, and runs the unit tests that reach it. The words of messages are left out. In core it fails below 90 %. It is no part of \`npm test\`.
Every branch of core's protocol and client is run by core's own tests, which fail below that, and not by drawn schedules alone; every branch of the file store
by its own, which \`npm run coverage\` counts.

| file                     | changes | noticed |     |
| ------------------------ | ------: | ------: | --: |
| \`protocol/acquire.ts\`  |      85 |      83 | 98 % |
| \`protocol/decision.ts\` |       8 |       8 | 100 % |
| \`protocol/expire.ts\`   |      64 |      63 | 98 % |
| \`protocol/pause.ts\`    |      26 |      26 | 100 % |
| \`protocol/release.ts\`  |      28 |      27 | 96 % |
| \`protocol/renew.ts\`    |      19 |      19 | 100 % |
| \`protocol/revoke.ts\`   |      18 |      18 | 100 % |
| \`protocol/standing.ts\` |      50 |      49 | 98 % |
| \`protocol/transfer.ts\` |      29 |      29 | 100 % |
| \`floor.ts\` |      171 |      161 | 94 % |
| \`lease-file.ts\` |      300 |      262 | 87 % |

Of those that were not noticed in \`acquire.ts\` and \`expire.ts\`, two have a test since, which was seen to fail with the change: a death whose time nobody
knows, and a record that nobody has held. These are left: in \`acquire.ts\`, without \`record.paused !== null\` nothing is left of a pause that there is not; in
\`release.ts\`, without \`record !== null\` the term was not revoked either; in \`standing.ts\`, what a message says where no reason was given.

In \`decision.ts\` two were not noticed at first, and one in \`pause.ts\`: how long a remark may be, and that a pause survives a power cut; all three have a test since, and are noticed.

Of the 180 changes of \`floor.ts\` 131 were noticed at first. Tests that watch it by itself, call by call, were written since, and a guard that was found to
do nothing is gone. Of the 10 of 171 that are left four are in the choice of the block to note in (blocks are read in rising order, and nothing is issued
at or below what another boot reserved); two are of a list that is read before it is used, or filtered after it; two ask for what has just been refused; one asks
whether a block to be forgotten was read, which it was; and one reads all again where it need not.

Of the 278 changes of \`lease-file.ts\` 220 were noticed at first, and 244 (88 %) since some of its promises have tests of their own: what an error names, what a torn
line and a first write that was given up come to, descriptors after a close. The 34 others: in 19 it does for nothing what it does once (looks, validates, rehearses a takeover,
asks whether a segment is full or is to be left, which the called one asks itself), or looks at a place that is there whenever its record is; in 4 the look before a write
passes over what the check of the written line finds; 4 need a journal removed between two calls that follow each other; in 2 a turn or a flag is left that nobody asks for any
more; and one each: \`undefined\` for \`false\`, how the mirror is told of a first write, a confirmation that the floor refused, a record
of exactly the longest length, an error in the moment in which the caller gives up. A last look that was added since has 22 more, of which 18 are noticed, two by
slower tests than these (a segment that is lost), one now and then by eight processes on one lease, and one ends in an error with the same outcome.
`;

/** docs/mutants.md. */
export function tableOf(seeds: KillingSeeds): string {
  const killed = mutants.map(({ name, rule, why, setting }) => {
    const kill = seeds[name];
    const cells = [kill?.invariant, kill?.schedules, kill?.seed].map((cell) => String(cell ?? "—"));
    return [name, rule, why, ...cells, setting?.what ?? "as drawn"];
  });
  const byTests = byUnitTests.map(({ name, rule, why, test }) => [name, rule, why, `\`${test}\``]);
  return [
    head,
    `## Killed by an invariant (${mutants.length})\n`,
    "Schedules: how many were run, from seed 1 on, until the first that killed it. Setting: what was made of the schedule that a seed draws, so that rare faults come often.\n",
    rows(["mutant", "rule", "why it shows", "invariant", "schedules", "killing seed", "setting"], killed),
    `\n## Killed by a unit test (${byUnitTests.length})\n`,
    "No invariant speaks of these, or the simulated world cannot show them.\n",
    rows(["mutant", "rule", "why no invariant", "test"], byTests),
    `\n## Not counted (${equivalents.length})\n`,
    "Considered and left out: by reading the code, not to be told from the original in what an invariant sees.\n",
    rows(
      ["mutant", "why"],
      equivalents.map(({ name, why }) => [name, why]),
    ),
    everyChange,
  ].join("\n");
}

function rows(titles: readonly string[], lines: readonly (readonly string[])[]): string {
  const text = [titles, titles.map(() => "---"), ...lines];
  return text.map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", String.raw`\|`)).join(" | ")} |`).join("\n");
}
