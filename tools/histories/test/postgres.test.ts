import { missing, startPostgres } from "@tenure/engines";
import type { StoreOperation, SwapOperation } from "@tenure/history";
import { expect, onTestFinished, test } from "vitest";
import { judge } from "../src/judge.ts";
import { terminateOn } from "../src/postgres.ts";
import { recordHistory, type History } from "../src/record.ts";

test("four processes lead in turn on a PostgreSQL server that fails in every way: one register a lease, no overlap, no epoch twice", async (context) => {
  const server = await startPostgres();
  if (server === null) {
    context.skip(missing("PostgreSQL"));
    return;
  }
  onTestFinished(() => server.stop());
  const plan = { operations: 3_000, each: 1, workers: 4, leases: 3, leaseDurationMs: 1_000 };
  const history = await recordHistory(server, () => terminateOn(server), plan);

  const { violations, operations, unknown, takeovers } = judge(history);
  expect(violations).toEqual([]);
  expect(operations).toBeGreaterThanOrEqual(3_000);
  expect(unknown).toBeGreaterThan(0);
  expect(takeovers).toBeGreaterThan(50);

  expect(judge(withAnEpochTwice(history)).violations).not.toEqual([]);
  expect(judge(withTwoWritesSwapped(history)).violations).not.toEqual([]);
  expect(judge(withAStaleRead(history)).violations).not.toEqual([]);
});

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
