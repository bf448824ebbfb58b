import { expect, test } from "vitest";
import { expectOnlyBeforeLoss } from "../before-loss.ts";
import { Harbour } from "../harbour.ts";

test("event-loop-stall counts only where a loss follows within the lease", async () => {
  await expectOnlyBeforeLoss("event-loop-stall", "event loop blocked for 31 s");
});

/** A pilot of whom nothing is heard for a time, and who goes on when another one leads. */
function frozen(backS: number): Harbour {
  const harbour = new Harbour().leads("boat-1", "boat-0", 1, 0, 900);
  const crew = (at: number): void => {
    harbour.line("deck.ndjson", at, JSON.stringify({ ts: harbour.stamp(at), session: "crew", msg: "hauled a rope" }));
  };
  for (let at = 3; at < 905; at += 5) crew(at);
  const found = harbour.looks("boat-1", 1, 900, 930);
  harbour.leads("boat-2", "boat-1", 2, found + 5, found + 400);
  for (let at = found + backS; at < found + backS + 60; at += 5) crew(at);
  return harbour;
}

test("event-loop-stall shows without a line that says so: the holder is silent alone, and goes on by itself", async () => {
  const stalled = (await frozen(40).diagnosed()).findings.filter(({ part }) => part === "cause");
  expect(stalled).toMatchObject([
    {
      ruleId: "event-loop-stall",
      confidence: "low",
      verdict: expect.stringMatching(/stood still, and went on by itself/u) as string,
    },
  ]);
});

test("event-loop-stall: where all go on together it was the machine that stood still", async () => {
  expect(await frozen(1).causes()).not.toContain("event-loop-stall");
});
