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

| file                     | changes | noticed |     |
| ------------------------ | ------: | ------: | --: |
| \`protocol/acquire.ts\`  |      85 |      83 | 98 % |
| \`protocol/expire.ts\`   |      64 |      63 | 98 % |

Of the three that were not noticed, two have a test since, which was seen to fail with the change: a death whose time nobody knows, and a record
that nobody has held. The third cannot be told apart: without \`record.paused !== null\` nothing is left of a pause that there is not. Not measured
yet: the other files of the protocol, and the file store.
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
