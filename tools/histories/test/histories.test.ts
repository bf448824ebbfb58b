import { missing } from "@tenure/engines";
import type { StoreOperation, SwapOperation } from "@tenure/history";
import { expect, onTestFinished, test } from "vitest";
import { subjects } from "../src/engines.ts";
import { judge } from "../src/judge.ts";
import { recordHistory, type History } from "../src/record.ts";

const OPERATIONS = 1_500;

const registers = Object.values(subjects).filter(({ isRegister = true }) => isRegister);

test.for(registers)(
  "four processes lead in turn on a $name server that fails in every way: one register a lease, no overlap, no epoch twice",
  async ({ name, start, terminate }, context) => {
    const server = await start();
    if (server === null) {
      context.skip(missing(name));
      return;
    }
    onTestFinished(() => server.stop());
    const plan = { operations: OPERATIONS, each: 1, workers: 4, leases: 3, leaseDurationMs: 1_000 };
    const history = await recordHistory(server, () => terminate(server), plan);

    const { violations, operations, unknown, takeovers } = judge(history);
    expect(violations).toEqual([]);
    expect(operations).toBeGreaterThanOrEqual(OPERATIONS);
    expect(unknown).toBeGreaterThan(0);
    expect(takeovers).toBeGreaterThan(25);

    for (const spoilt of [withAnEpochTwice(history), withTwoWritesSwapped(history), withAStaleRead(history)])
      expect(judge(spoilt).violations).not.toEqual([]);
  },
);

function withAnEpochTwice(history: History): History {
  const [first, second] = history.observations.filter((it) => it.kind === "granted" && it.lease === "lease-1");
  const observations = history.observations.map((it) =>
    it === second && first?.kind === "granted" ? { ...it, epoch: first.epoch } : it,
  );
  return { ...history, observations };
}

function withTwoWritesSwapped(history: History): History {
  const [first, second] = committed(history);
  const other = new Map<StoreOperation | undefined, string | undefined>([
    [first, second?.value],
    [second, first?.value],
  ]);
  const operations = history.operations.map((it) =>
    it.kind === "swap" ? { ...it, value: other.get(it) ?? it.value } : it,
  );
  return { ...history, operations };
}

function withAStaleRead(history: History): History {
  const [first] = committed(history);
  const operations = history.operations.map((it) => (it.kind === "read" ? { ...it, value: first?.value ?? null } : it));
  return { ...history, operations };
}

function committed({ operations }: History): readonly SwapOperation[] {
  return operations.filter(
    (it): it is SwapOperation => it.kind === "swap" && it.outcome === "committed" && it.lease === "lease-1",
  );
}
