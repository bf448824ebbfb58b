import { describe, expect, test } from "vitest";
import { history, terms, TERM_S } from "../world.ts";

const abandoned = terms(5, { releases: false });

describe("holders that end and leave the lease behind", () => {
  test("a healthy history has no finding but how often things start", async () => {
    const { findings, verdict, terms: told } = await history(terms(5)).diagnosed();
    expect(findings.filter(({ part }) => part === "cause" || part === "contributor")).toEqual([]);
    expect(told.map(({ explanation }) => explanation)).toEqual(Array.from({ length: 5 }, () => "it was released"));
    expect(verdict).not.toMatch(/nobody ever released/u);
  });

  test("holder-ended-renewals-healthy counts the renewals that were due", async () => {
    const finding = await history(abandoned).finding("holder-ended-renewals-healthy");
    expect(finding).toMatchObject({ part: "cause", confidence: "high" });
    expect(finding?.verdict).toMatch(/14 of 14 expected renewals/u);
  });

  test("exited-without-release names the exit code and the wrong word for it", async () => {
    const finding = await history(abandoned).finding("exited-without-release");
    expect(finding?.verdict).toMatch(/5 of 5 holders ended normally .*"crash", which is wrong/u);
    expect(finding?.evidence[0]).toMatchObject({
      file: "guard.log",
      text: expect.stringContaining("reaped 500 code 0"),
    });
  });

  test("exited-without-release says nothing of real crashes", async () => {
    expect(
      await history(terms(5, { releases: false, exitCode: 137 })).finding("exited-without-release"),
    ).toBeUndefined();
  });

  test("release-path-dead goes with one release", async () => {
    expect(await history(abandoned).finding("release-path-dead")).toMatchObject({ confidence: "high" });
    const once = [...terms(1), ...abandoned];
    expect(await history(once).finding("release-path-dead")).toBeUndefined();
  });

  test("detection-latency takes lease, grace and poll apart", async () => {
    const finding = await history(abandoned).finding("detection-latency");
    expect(finding).toMatchObject({ part: "symptom", change: "" });
    expect(finding?.verdict).toMatch(
      /lease duration 60 s \+ grace 10 s, rounded up to the next poll of 20 s, in 5 of 5/u,
    );
  });

  test("one-shot-holder needs most holders to be gone within their first lease", async () => {
    expect(await history(terms(5, { releases: false, lifeS: 15 })).finding("one-shot-holder")).toMatchObject({
      verdict: expect.stringMatching(/5 of 5 .* 5 without a single renewal/u) as string,
    });
    expect(await history(terms(5, { releases: false, lifeS: 80 })).finding("one-shot-holder")).toBeUndefined();
  });

  test("release-wrong-identity sees the other identity of the process sign off", async () => {
    const world = history(terms(0));
    for (const index of [0, 1, 2]) {
      const at = index * TERM_S;
      world.says(at + 1, `forked ${900 + index}`).says(at + 2, `hello from clerk-${index}`);
      world.says(at + 3, `hello from boss-${index}`).says(at + 4, `duty taken by boss-${index} term ${index + 1}`);
      world.says(at + 30, `goodbye from clerk-${index}`);
    }
    expect(await world.finding("release-wrong-identity")).toMatchObject({ part: "cause", confidence: "high" });
    world.says(31, "goodbye from boss-0").says(TERM_S + 31, "goodbye from boss-1");
    expect(await world.finding("release-wrong-identity")).toBeUndefined();
  });
});
