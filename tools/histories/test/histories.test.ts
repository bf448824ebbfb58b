import { missing } from "@tenure/engines";
import { expect, onTestFinished, test } from "vitest";
import { subjects } from "../src/engines.ts";
import { judge } from "../src/judge.ts";
import { recordHistory } from "../src/record.ts";
import { impossible, violating } from "../src/spoilt.ts";

const OPERATIONS = 1_500;

const registers = Object.values(subjects).filter(({ isRegister = true }) => isRegister);

test.for(registers)(
  "four processes lead in turn on a $name server that fails in every way: one register a lease, no overlap, no epoch twice, and a way through the model",
  async ({ name, start, terminate }, context) => {
    const server = await start();
    if (server === null) {
      context.skip(missing(name));
      return;
    }
    onTestFinished(() => server.stop());
    const plan = { operations: OPERATIONS, each: 1, workers: 4, leases: 3, leaseDurationMs: 1_000 };
    const history = await recordHistory(server, () => terminate(server), plan);

    const { violations, rejections, operations, unknown, takeovers } = judge(history);
    expect(violations).toEqual([]);
    expect(rejections).toEqual([]);
    expect(operations).toBeGreaterThanOrEqual(OPERATIONS);
    expect(unknown).toBeGreaterThan(0);
    expect(takeovers).toBeGreaterThan(25);

    for (const spoil of violating) expect(judge(spoil(history)).violations, spoil.name).not.toEqual([]);
    for (const spoil of impossible) expect(judge(spoil(history)).rejections, spoil.name).not.toEqual([]);
  },
);
