import { expect, test } from "vitest";
import { history, terms } from "../world.ts";

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
