import { describe, expect, test } from "vitest";
import { history, terms, TERM_S } from "../world.ts";

describe("claimed repairs and blamed errors", () => {
  test("fix-not-loaded goes when the guard was restarted, or when the text was not printed again", async () => {
    const world = history(terms(3)).fix(100, "sweeping the tray").says(50, "sweeping the tray");
    expect(await world.finding("fix-not-loaded")).toBeUndefined();
    world.says(300, "now sweeping the tray");
    expect(await world.finding("fix-not-loaded")).toMatchObject({
      verdict: expect.stringContaining("printed 1 more times") as string,
    });
    expect(await world.says(200, "guard up").finding("fix-not-loaded")).toBeUndefined();
  });

  test("fix-without-effect compares the gaps before and after", async () => {
    const same = history(terms(8, { releases: false })).fix(4 * TERM_S);
    expect(await same.finding("fix-without-effect")).toMatchObject({
      part: "red-herring",
      verdict: expect.stringMatching(/changed nothing: .* \(3 terms\) .* \(3\), Mann-Whitney p = /u) as string,
    });
    expect(
      await history(terms(8, { releases: false }))
        .fix(8 * TERM_S)
        .finding("fix-without-effect"),
    ).toBeUndefined();
  });

  test("fix-with-effect needs a difference that chance does not make", async () => {
    const cured = history([...terms(5, { releases: false }), ...terms(5, { releases: false, lifeS: 180 })]);
    const late = cured.fix(5 * TERM_S + 50);
    expect(await late.finding("fix-with-effect")).toMatchObject({
      part: "symptom",
      verdict: expect.stringMatching(/\(5 terms\) to .* \(4\), Mann-Whitney p = 0\.0/u) as string,
    });
    expect(await late.finding("fix-without-effect")).toBeUndefined();
    expect(
      await history(terms(8, { releases: false }))
        .fix(4 * TERM_S)
        .finding("fix-with-effect"),
    ).toBeUndefined();
  });

  test("stale-error-burst: errors of one moment do not explain what happens all the time", async () => {
    const world = history(terms(6, { releases: false }));
    for (const line of [3, 7, 9]) world.mutters(210, `keeper.sh: ${line}: not found`);
    const finding = await world.finding("stale-error-burst");
    expect(finding).toMatchObject({ part: "red-herring", change: "" });
    expect(finding?.verdict).toMatch(/^3 error lines \(3 without a time of their own\) are one burst/u);
    for (let at = 0; at < 1_200; at += 100) world.mutters(at, `keeper.sh: ${at}: not found`);
    expect(await world.finding("stale-error-burst")).toBeUndefined();
  });
});
