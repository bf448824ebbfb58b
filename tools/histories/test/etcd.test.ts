import { missing, startEtcd } from "@tenure/engines";
import { expect, onTestFinished, test } from "vitest";
import { judge } from "../src/judge.ts";
import { recordHistory } from "../src/record.ts";

test("four processes lead in turn on an etcd server that fails in every way: one register a lease, no overlap, no epoch twice", async (context) => {
  const server = await startEtcd();
  if (server === null) {
    context.skip(missing("etcd"));
    return;
  }
  onTestFinished(() => server.stop());
  const plan = { operations: 1_500, each: 1, workers: 4, leases: 3, leaseDurationMs: 1_000 };
  // It ends connections only with itself.
  const history = await recordHistory(server, () => server.restart(), plan);

  const { violations, operations, unknown, takeovers } = judge(history);
  expect(violations).toEqual([]);
  expect(operations).toBeGreaterThanOrEqual(1_500);
  expect(unknown).toBeGreaterThan(0);
  expect(takeovers).toBeGreaterThan(25);
});
