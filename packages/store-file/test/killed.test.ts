import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { startChild } from "./processes.ts";
import { acquire, open, temporaryFolders } from "./support.ts";

const CALLS_MAX = 100;
const AT_ONCE = 4;

describe("F2 P2 a process is killed at a call that changes a file", () => {
  for (const when of ["before", "after"] as const) {
    test(`right ${when} each: nothing it was told is lost, no epoch comes twice, and the next process repairs what it left`, async () => {
      let killed = 0;
      let finished = false;
      for (let at = 1; at <= CALLS_MAX && !finished; at += AT_ONCE) {
        const points = Array.from({ length: AT_ONCE }, (_, offset) => at + offset);
        const ends = await Promise.all(points.map((point) => killAt(point, when)));
        killed += ends.filter((end) => end === "killed").length;
        finished = ends.every((end) => end === "finished");
      }
      expect(finished).toBe(true);
      expect(killed).toBeGreaterThan(25);
    }, 240_000);
  }
});

async function killAt(at: number, when: "before" | "after"): Promise<"killed" | "finished"> {
  const where = `killed ${when} call ${at}`;
  const folders = temporaryFolders();
  const child = startChild("dies.mjs", [JSON.stringify(folders), String(at), when]);
  const said = await child.all();
  const told = said.flatMap(({ epoch }) => epoch ?? []);

  const store = await open(folders);
  const found = await store.read("orders");
  expect(found.record?.epoch ?? 0, where).toBeGreaterThanOrEqual(Math.max(0, ...told));
  const next = await acquire(store, "orders");
  expect(next.record?.epoch, where).toBeGreaterThan(Math.max(found.record?.epoch ?? 0, ...told));
  const report = await store.verify("orders");
  expect(report.problems, where).toEqual([]);
  await store.close();
  // The readable copy shows what stands now, whatever the dead process had shown or left half-written.
  const mirror: unknown = JSON.parse(readFileSync(join(folders.directory, "orders.json"), "utf8"));
  expect(mirror, where).toMatchObject({ epoch: next.record?.epoch, nonce: next.record?.nonce });
  const left = readdirSync(folders.directory).filter((file) => file.includes("journal") && file.endsWith(".tmp"));
  expect(left, where).toEqual([]);
  return child.process.signalCode === "SIGKILL" ? "killed" : "finished";
}
