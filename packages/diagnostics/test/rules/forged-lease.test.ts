import type { FindingDocument } from "@tenure/schema";
import { expect, test } from "vitest";
import { mapping } from "../mapping.ts";
import { history, terms, TERM_S, World } from "../world.ts";

test("forged-lease sees a holder in the state that never acquired", async () => {
  expect(await history(terms(3)).finding("forged-lease")).toBeUndefined();
  expect(await history(terms(3)).state(150, "intruder", 2).finding("forged-lease")).toMatchObject({ part: "cause" });
});

test("forged-lease takes a line without an epoch and the state that has it for one acquisition", async () => {
  const world = new World();
  for (const [index, who] of ["ada", "bob", "cyd", "dan"].entries()) {
    const at = index * TERM_S;
    world.says(at, `duty begins for ${who}`);
    // The state is kept some time after.
    for (let kept = at + 15; kept < at + 190; kept += 20) world.state(kept, who, index + 1, kept - 5);
    world.says(at + 190, `duty handed in by ${who}`);
  }
  const begins = { kind: "acquired" as const, match: "^duty begins for (?<holder>\\S+)" };
  const told = async (own: World): Promise<FindingDocument> =>
    await own.diagnosed([{ ...mapping, messages: [begins, ...mapping.messages] }]);
  const { findings, terms: found } = await told(world);
  expect(findings).toEqual([]);
  expect(found.map(({ epoch, acquireTime }) => [epoch, acquireTime])).toEqual(
    [0, 1, 2, 3].map((index) => [index + 1, world.stamp(index * TERM_S)]),
  );
  const forged = await told(world.state(2 * TERM_S + 50, "intruder", 3));
  expect(forged.findings.map(({ ruleId }) => ruleId)).toContain("forged-lease");
});
