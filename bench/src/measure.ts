import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { watchLoad } from "./machine.ts";
import type { Reading, Row, Side } from "./row.ts";

export interface Measured {
  readonly row: Row;
  readonly sides: readonly MeasuredSide[];
}

export interface MeasuredSide {
  readonly name: string;
  /** One a run, in order. */
  readonly readings: readonly Reading[];
  /** What the rest of the machine did meanwhile, one a run. */
  readonly othersBusy: readonly number[];
}

/** Runs all sides of a row in turn, `runs` times, each time starting with another side, so that drift hits them alike. */
export async function measure(row: Row, runs: number, onRun: (run: number, side: Side) => void): Promise<Measured> {
  const found = row.sides.map(({ name }) => ({ name, readings: [] as Reading[], othersBusy: [] as number[] }));
  for (let run = 0; run < runs; run++) {
    for (let turn = 0; turn < row.sides.length; turn++) {
      const index = (run + turn) % row.sides.length;
      const [side, into] = [row.sides[index], found[index]];
      if (side === undefined || into === undefined) continue;
      onRun(run, side);
      const load = watchLoad();
      into.readings.push(await inFreshDirectory((directory) => side.run(directory)));
      into.othersBusy.push(load().othersBusy);
    }
  }
  return { row, sides: found };
}

async function inFreshDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "tenure-bench-"));
  try {
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}
