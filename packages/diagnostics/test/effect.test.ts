import { expect, test } from "vitest";
import { World } from "./world.ts";

/** Leaders one after the other, each with that long until the next one, and a change in the middle. */
function changed(before: readonly number[], after: readonly number[]): World {
  const world = new World();
  let at = 0;
  for (const [index, gap] of [...before, ...after, 1].entries()) {
    if (index === before.length) world.fix(at);
    world.says(at, `duty taken by p${index} term ${index + 1}`).says(at + 5, `goodbye from p${index}`);
    at += gap;
  }
  return world;
}

const before = [100, 101, 102, 103, 104];

async function told(after: readonly number[]): Promise<readonly [answer: string | undefined, ids: string[]]> {
  const { effects, findings } = await changed(before, after).diagnosed();
  const ids = findings.map(({ ruleId }) => ruleId).filter((id) => id.startsWith("fix-"));
  return [effects[0]?.answer, ids];
}

test("a change is one where the gap moved by a tenth at least, wherever in its interval", async () => {
  expect(await told([60, 61, 62, 63, 64])).toEqual(["changed", ["fix-with-effect"]]);
  expect(await told([160, 161, 162, 163, 164])).toEqual(["changed", ["fix-with-effect"]]);
});

test("a smaller one is significant by chance once in twenty, and no cure", async () => {
  expect(await told([105, 106, 107, 108, 109])).toEqual(["cannot-tell", ["fix-without-effect"]]);
  const { effects, findings } = await changed(before, [105, 106, 107, 108, 109]).diagnosed();
  const idle = findings.find(({ ruleId }) => ruleId === "fix-without-effect");
  expect(idle?.verdict).toMatch(/changed nothing that matters: .*p = 0\.01$/u);
  expect(effects[0]?.p).toBeLessThan(0.01);
  expect(effects[0]?.explanation).toMatch(/may have moved by less than a tenth/u);
});

test("what is not significant is no change", async () => {
  expect(await told([102, 101, 104, 100, 103])).toEqual(["no-change-seen", ["fix-without-effect"]]);
});
