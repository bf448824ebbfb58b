import { expect, test } from "vitest";
import type { Source } from "../../src/index.ts";
import { Silences } from "../../src/silence.ts";
import { expectOnlyBeforeLoss } from "../before-loss.ts";
import { mapping } from "../mapping.ts";
import { file, read } from "../readers/file.ts";
import { World } from "../world.ts";

test("clock-step counts only where a loss follows within the lease", async () => {
  await expectOnlyBeforeLoss("clock-step", "System clock wrong by 3600.1 seconds");
});

test("clock-step takes no log that begins with its newest line for a clock that was set", async () => {
  const log = (name: string, at: (line: number) => number): Source => {
    const lines = Array.from({ length: 60 }, (_, line) => `[${world.stamp(at(line))}] [INFO] all is well\n`);
    return file(name, lines.join(""));
  };
  const world = new World();
  const newest = [log("a.log", (line) => 6_000 - line * 90), log("b.log", (line) => 6_007 - line * 90)];
  expect((await read(newest, [mapping])).findings).toEqual([]);
  // Silences of such a log count as those of any other.
  const slept = (line: number): number => (line < 30 ? 6_000 : 5_000) - line * 10;
  const silences = new Silences();
  for (let line = 0; line < 60; line++) silences.heard(slept(line) * 1_000, () => `line ${line}`);
  expect(silences.steps).toEqual([]);
  expect(silences.spans.filter(({ from, to }) => to - from > 60_000)).toEqual([{ from: 4_700_000, to: 5_710_000 }]);
  const set = [
    log("a.log", (line) => line * 90 - (line > 30 ? 900 : 0)),
    log("b.log", (line) => 7 + line * 90 - (line > 30 ? 900 : 0)),
  ];
  expect((await read(set, [mapping])).findings.map(({ ruleId }) => ruleId)).toEqual(["clock-step"]);
});
