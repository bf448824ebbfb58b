import { describe, expect, test } from "vitest";
import { history, terms, TERM_S, type World } from "../world.ts";

describe("watchdogs and machines", () => {
  test("host-suspended needs every log silent, and nobody who stopped the guard", async () => {
    expect(await history(terms(4)).finding("host-suspended")).toBeUndefined();
    const slept = (): World =>
      history(terms(4))
        .says(4 * TERM_S, "duty taken by printer-4 term 5")
        .says(4 * TERM_S + 20, "duty kept by printer-4 term 5")
        .says(5 * TERM_S, "duty kept by printer-4 term 5");
    expect(await slept().finding("host-suspended")).toMatchObject({ part: "cause", confidence: "medium" });
    expect(
      await slept()
        .says(4 * TERM_S + 21, "guard down")
        .finding("host-suspended"),
    ).toBeUndefined();
    expect(
      await slept()
        .says(5 * TERM_S - 1, "guard up")
        .finding("host-suspended"),
    ).toBeUndefined();
  });

  test("watchdog-blocked needs a rest that is longer than a poll, and no poll meanwhile", async () => {
    const world = history(terms(2, { releases: false }));
    expect(await world.says(160, "guard rests 2 s").finding("watchdog-blocked")).toBeUndefined();
    expect(await world.says(162, "guard rests 90 s").finding("watchdog-blocked")).toMatchObject({
      part: "contributor",
    });
    expect(
      await history(terms(2, { releases: false }))
        .says(80, "guard rests 90 s")
        .finding("watchdog-blocked"),
    ).toBeUndefined();
  });

  test("restart-rate measures, beside what was claimed", async () => {
    const finding = await history(terms(6)).says(0, "at most 2 forks an hour").finding("restart-rate");
    expect(finding?.verdict).toBe(
      "18.0 starts an hour while the watchdog ran (6 in all), where 2 were claimed or allowed",
    );
    expect(await history(terms(2)).finding("restart-rate")).toBeUndefined();
  });
});
