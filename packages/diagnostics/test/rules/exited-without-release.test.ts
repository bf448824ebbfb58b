import { expect, test } from "vitest";
import { history, terms, World } from "../world.ts";

const abandoned = terms(5, { releases: false });

test("exited-without-release names the exit code and the wrong word for it", async () => {
  const finding = await history(abandoned).finding("exited-without-release");
  expect(finding?.verdict).toMatch(/5 of 5 holders ended normally .*"crash", which is wrong/u);
  expect(finding?.evidence[0]).toMatchObject({
    file: "guard.log",
    text: expect.stringContaining("reaped 500 code 0"),
  });
});

test("exited-without-release says nothing of real crashes", async () => {
  expect(await history(terms(5, { releases: false, exitCode: 137 })).finding("exited-without-release")).toBeUndefined();
});

test("exited-without-release takes a lease that passed on before it could run out for released", async () => {
  const world = new World().says(0, "set leaseDuration to 60 s");
  for (let term = 1; term <= 5; term++) {
    const at = term * 100;
    world.says(at, `forked ${term}`).says(at + 1, `duty taken by p${term} term ${term}`);
    for (const beat of [30, 60, 90]) world.says(at + beat, `duty kept by p${term} term ${term}`);
    world.says(at + 100.5, `reaped ${term} code 0 as done`);
  }
  const { findings, signature } = await world.diagnosed();
  expect(findings.filter(({ part }) => part === "cause")).toEqual([]);
  expect(signature).toBeNull();
  // Of one that ran out it is said, and what else would look so.
  const after = world.says(700, "duty taken by p6 term 6");
  expect(await after.finding("exited-without-release")).toMatchObject({
    verdict: expect.stringContaining("1 of 1 holder") as string,
    counterEvidence: ["a release that no line tells would look the same"],
  });
});
