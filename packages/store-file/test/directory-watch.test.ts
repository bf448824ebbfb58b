import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FakeClock } from "@tenure/core/testing";
import { expect, onTestFinished, test } from "vitest";
import { DirectoryWatch } from "../src/directory-watch.ts";
import { temporaryFolder } from "./support.ts";

test("a change is told to those who wait for that lease, and a poll to everybody", async () => {
  const directory = join(temporaryFolder(), "state");
  mkdirSync(directory);
  const clock = new FakeClock();
  const changes = new DirectoryWatch(directory, clock);
  onTestFinished(() => changes.close());
  const told = { orders: 0, "orders.2": 0 };
  changes.subscribe("orders", () => (told.orders += 1));
  const leave = changes.subscribe("orders.2", () => (told["orders.2"] += 1));
  for (const file of ["orders.2.json", "orders.7.sock", "orders.2.journal.jsonl.tmp", "orders.journal.000002.jsonl"])
    writeFileSync(join(directory, file), "");
  await expect.poll(() => told.orders, { timeout: 20_000 }).toBeGreaterThan(0);
  expect(told["orders.2"]).toBe(0);
  const before = { ...told };
  await clock.advance(1_000);
  expect(told).toEqual({ orders: before.orders + 1, "orders.2": 1 });
  leave();
  await clock.advance(1_000);
  expect(told).toEqual({ orders: before.orders + 2, "orders.2": 1 });
});
