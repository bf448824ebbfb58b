import { expect, test } from "vitest";
import { Progress } from "../src/diagnose/progress.ts";
import type { FoundSource } from "../src/diagnose/sources.ts";

function source(bytes: number): FoundSource {
  return { name: "a.log", bytes, chunks: (async function* () {})() };
}

test("how far one large file is, once for each share, and nothing is left on the line", () => {
  const told: string[] = [];
  const progress = new Progress([source(40_000_000), source(0)], (text) => told.push(text));
  const { reading, read } = progress.hooks;
  reading?.("a.log", 0);
  for (let piece = 0; piece < 400; piece++) read?.(100_000);
  reading?.("b.log", 1);
  progress.end();
  const clear = "\r\u001b[K";
  expect(told.slice(0, 3)).toEqual([0, 1, 2].map((share) => `${clear}reading file 1 of 2: ${share} %`));
  expect(told.slice(-3)).toEqual([`${clear}reading file 1 of 2: 100 %`, `${clear}reading file 2 of 2: 100 %`, clear]);
  expect(told).toHaveLength(103);
});

test("nothing is told where little is to be read", () => {
  const told: string[] = [];
  const progress = new Progress([source(1_000)], (text) => told.push(text));
  expect(progress.hooks).toEqual({});
  progress.end();
  expect(told).toEqual([]);
});
