import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { startChild } from "./processes.ts";
import type { Child } from "./processes.ts";
import { acquire, open, temporaryFolders } from "./support.ts";

const EACH = 40;

describe("several processes on one lease", () => {
  test("I2 eight lead in turns: none of their epochs is lost, and none comes twice", async () => {
    const folders = temporaryFolders();
    const children = Array.from({ length: 8 }, () =>
      startChild("leads.mjs", [JSON.stringify(folders), "orders", String(EACH)]),
    );
    const said = await Promise.all(children.map((child) => child.all()));
    const epochs = said.flat().flatMap(({ epoch }) => epoch ?? []);
    expect(said.flat().flatMap(({ message }) => message ?? [])).toEqual([]);
    expect(epochs).toHaveLength(8 * EACH);
    expect(new Set(epochs).size).toBe(8 * EACH);
    const store = await open(folders);
    const journalled: number[] = [];
    for await (const { event } of store.journal("orders")) journalled.push(event.epoch);
    expect(journalled).toEqual(epochs.toSorted((a, b) => a - b));
    expect((await store.verify("orders")).problems).toEqual([]);
  }, 120_000);

  test("P3 one is stopped between its look and its write: it comes too late, however long it was, and whatever was rotated meanwhile", async () => {
    for (const meanwhile of [1, 60]) {
      const folders = temporaryFolders();
      // So small that sixty terms fill several.
      const store = await open({ ...folders, segmentBytes: 8 * 1024, segmentsKept: 2 });
      await acquire(store, "orders");
      const child = startChild("pauses.mjs", [JSON.stringify(folders), "orders"]);
      expect(await child.next()).toEqual({ ready: true });
      await expect
        .poll(() => readFileSync(`/proc/${child.process.pid}/stat`, "utf8"), { timeout: 20_000 })
        .toMatch(/\) T /u);
      for (let term = 0; term < meanwhile; term += 1) await acquire(store, "orders");
      const stands = await store.read("orders");
      child.process.kill("SIGCONT");
      expect((await child.all()).at(-1)?.["outcome"]).toBe(meanwhile === 1 ? "conflict" : "unknown");
      expect(await store.read("orders")).toEqual(stands);
      expect((await store.verify("orders")).problems).toEqual([]);
    }
  });

  test("I2 P1 some are killed in the middle of it: what any was told stands in the journal, in order", async () => {
    const folders = temporaryFolders();
    const children = Array.from({ length: 6 }, () =>
      startChild("leads.mjs", [JSON.stringify(folders), "orders", "150"]),
    );
    await Promise.all(
      children.map(async (child, index) => (index % 2 === 0 ? killAfter(child, 5 + 7 * index) : child.all())),
    );
    const told = children.flatMap(({ said }) => said.flatMap(({ epoch }) => epoch ?? []));
    const store = await open(folders);
    const journalled: number[] = [];
    for await (const { event } of store.journal("orders")) journalled.push(event.epoch);
    expect(new Set(told).size).toBe(told.length);
    expect(told.filter((epoch) => !journalled.includes(epoch))).toEqual([]);
    expect(journalled).toEqual([...new Set(journalled)].toSorted((a, b) => a - b));
    expect((await store.verify("orders")).problems).toEqual([]);
  }, 120_000);
});

async function killAfter(child: Child, epochs: number): Promise<void> {
  for (let heard = 0; heard < epochs; heard += 1) if ((await child.next()) === null) return;
  child.process.kill("SIGKILL");
  await child.all();
}
