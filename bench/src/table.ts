import type { Machine } from "./machine.ts";
import { rounded } from "./statistics.ts";
import type { Finding, Value } from "./summary.ts";

/** The table as documents carry it. */
export function markdown(findings: readonly Finding[]): string {
  const lines = [
    "| what | figure | tenure | beside it | to reach | reached |",
    "|--|--|--|--|--|--|",
    ...findings.map((finding, index) => {
      const [own, ...others] = finding.sides;
      return `| ${[
        finding.what === findings[index - 1]?.what ? "" : finding.what,
        finding.label,
        own === undefined ? "" : `**${rounded(own.value)}${unit(finding)}** ${spread(own)}`,
        others.map((other) => `${other.side} ${rounded(other.value)}${unit(finding)} ${spread(other)}`).join("; "),
        finding.goal,
        verdict(finding, own, others),
      ].join(" | ")} |`;
    }),
  ];
  return lines.join("\n");
}

export function machineLine(machine: Machine, runs: number, findings: readonly Finding[]): string {
  const busiest = Math.max(...findings.flatMap(({ sides }) => sides.map(({ othersBusy }) => othersBusy)));
  return (
    `${machine.cores} cores (${machine.cpu}), ${machine.memoryGb} GB, Linux ${machine.kernel}, Node ${machine.node.slice(1)}; ` +
    `${runs} runs, sides in turn; in brackets the lowest and highest of the runs; other processes used at most ` +
    `${Math.round(busiest * 100)} % of the machine in the median run of any row.`
  );
}

/** The same, narrow enough for a terminal. */
export function plain(findings: readonly Finding[]): string {
  return findings
    .flatMap((finding, index) => [
      ...(finding.what === findings[index - 1]?.what ? [] : ["", finding.what]),
      `  ${finding.label}${finding.goal && `, to reach ${finding.goal}: ${finding.reached ? "reached" : "NOT REACHED"}`}`,
      ...finding.sides.map((side) => {
        const value = `${rounded(side.value)}${unit(finding)}`.padStart(12);
        const samples = side.samples === 1 ? "" : `, ${side.samples} samples`;
        return `    ${value}  ${side.side}  ${spread(side)}${samples}, others ${Math.round(side.othersBusy * 100)} % busy`;
      }),
    ])
    .join("\n");
}

function verdict({ goal, reached }: Finding, own: Value | undefined, others: readonly Value[]): string {
  if (reached === null) return "";
  const other = others.find(({ side }) => goal.endsWith(side));
  const times = other === undefined || own === undefined ? "" : ` (${rounded(own.value / other.value)} ×)`;
  return `${reached ? "yes" : "**no**"}${times}`;
}

function unit(finding: Finding): string {
  return finding.unit === "" || finding.unit.startsWith("/") ? finding.unit : ` ${finding.unit}`;
}

function spread({ lowest, highest }: Value): string {
  return `(${rounded(lowest)}–${rounded(highest)})`;
}
