import type { Measured, MeasuredSide } from "./measure.ts";
import type { Figure, Goal } from "./row.ts";
import { maximum, median, minimum, percentile } from "./statistics.ts";

/** One figure of one row, for all sides. */
export interface Finding {
  readonly row: string;
  readonly what: string;
  readonly label: string;
  readonly unit: string;
  readonly sides: readonly Value[];
  readonly goal: string;
  /** `null`: no goal was set. */
  readonly reached: boolean | null;
}

export interface Value {
  readonly side: string;
  readonly value: number;
  /** The same figure taken of each run alone: its spread is the noise. */
  readonly lowest: number;
  readonly highest: number;
  readonly samples: number;
  readonly othersBusy: number;
}

export function summarise({ row, sides }: Measured): readonly Finding[] {
  return row.figures.map((figure) => {
    const values = sides.map((side) => valueOf(figure, side));
    return {
      row: row.id,
      what: row.what,
      label: figure.label,
      unit: figure.unit,
      sides: values,
      ...judge(figure, values),
    };
  });
}

function valueOf({ metric, take }: Figure, side: MeasuredSide): Value {
  const perRun = side.readings.map((reading) => [reading[metric] ?? []].flat());
  const each = perRun.map((samples) => takers[take](samples));
  const all = perRun.flat();
  return {
    side: side.name,
    value: takers[take](all),
    lowest: minimum(each),
    highest: maximum(each),
    samples: all.length,
    othersBusy: median(side.othersBusy),
  };
}

const takers: Readonly<Record<Figure["take"], (samples: readonly number[]) => number>> = {
  median,
  p50: median,
  p99: (samples) => percentile(samples, 0.99),
  max: maximum,
  sum: (samples) => samples.reduce((sum, each) => sum + each, 0),
};

function judge({ goal, unit }: Figure, values: readonly Value[]): Pick<Finding, "goal" | "reached"> {
  const own = values[0]?.value ?? Number.NaN;
  if (goal === undefined) return { goal: "", reached: null };
  const [limit, text] = limitOf(goal, unit, values);
  const atMost = "atMost" in goal || "timesAtMost" in goal || "moreAtMost" in goal;
  return { goal: `${atMost ? "≤" : "≥"} ${text}`, reached: atMost ? own <= limit : own >= limit };
}

function limitOf(goal: Goal, unit: string, values: readonly Value[]): readonly [number, string] {
  if ("atMost" in goal) return [goal.atMost, `${goal.atMost} ${unit}`.trim()];
  if ("atLeast" in goal) return [goal.atLeast, `${goal.atLeast} ${unit}`.trim()];
  if ("moreAtMost" in goal) {
    const other = values.find(({ side }) => side === goal.than)?.value ?? Number.NaN;
    return [goal.moreAtMost + other, `${goal.than} + ${goal.moreAtMost} ${unit}`];
  }
  const times = "timesAtMost" in goal ? goal.timesAtMost : goal.timesAtLeast;
  const other = values.find(({ side }) => side === goal.of)?.value ?? Number.NaN;
  return [times * other, `${times} × ${goal.of}`];
}
