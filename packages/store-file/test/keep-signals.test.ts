import { spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
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

test("a file that grows too large is still an error, and does not end the process, once a mirror was written", () => {
  const { directory, floorDirectory } = temporaryFolders();
  const script = fileURLToPath(new URL("children/grows.mjs", import.meta.url));
  const limited = ["-c", 'ulimit -f 64; exec "$0" "$@"', process.execPath, script, directory, floorDirectory];
  const { stdout, status, signal } = spawnSync("bash", limited, { encoding: "utf8" });
  expect({ stdout, status, signal }).toEqual({ stdout: '{"code":"EFBIG"}\n', status: 0, signal: null });
});

test("a signal that the program leaves alone is left alone, and nothing stays behind", async () => {
  await keepSignals(() => Promise.resolve());
  const before = process.eventNames();
  await expect(keepSignals(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await keepSignals(() => Promise.resolve(process.listenerCount("SIGUSR2")))).toBe(0);
  expect(process.eventNames()).toEqual(before);
});

test("however many files are written at once, a signal has one listener more where the program has one, and else none", async () => {
  const program = (): void => {};
  // As signal-exit does it: one of its own with the first file.
  const watcher = (): void => {};
  const watched = ["SIGUSR2", "SIGPWR"] as const;
  let finish = (): void => {};
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const write = (): Promise<void> => {
    for (const signal of watched) if (!process.listeners(signal).includes(watcher)) process.on(signal, watcher);
    return finished;
  };
  process.on("SIGUSR2", program);
  const writing = Array.from({ length: 20 }, () => keepSignals(write));
  expect(watched.map((signal) => process.listenerCount(signal))).toEqual([3, 1]);
  finish();
  await Promise.all(writing);
  for (const signal of watched) process.off(signal, watcher);
  expect(watched.map((signal) => process.listenerCount(signal))).toEqual([1, 0]);
  process.off("SIGUSR2", program);
});
