import process from "node:process";
import { expect, test } from "vitest";
import { keepSignals } from "../src/keep-signals.ts";
import { startChild } from "./processes.ts";
import { temporaryFolders } from "./support.ts";

test("a program that is told to stop while the mirror is written stops as it means to", async () => {
  const { directory, floorDirectory } = temporaryFolders();
  const child = startChild("stops.mjs", [directory, floorDirectory]);
  expect(await child.all()).toEqual([{ told: "SIGTERM" }, { stopped: true }]);
  expect([child.process.exitCode, child.process.signalCode]).toEqual([0, null]);
});

test("a signal that the program leaves alone is left alone, and nothing stays behind", async () => {
  const before = process.eventNames();
  await expect(keepSignals(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await keepSignals(() => Promise.resolve(process.listenerCount("SIGUSR2")))).toBe(0);
  expect(process.eventNames()).toEqual(before);
});
