import type { Finding } from "@tenure/schema";
import { describe, expect, test } from "vitest";
import { diagnose, type AskedChange } from "../../src/index.ts";
import { mapping } from "../mapping.ts";
import { history, terms, TERM_S, type World } from "../world.ts";

test("fix-not-loaded goes when the guard was restarted, or when the text was not printed again", async () => {
  const world = history(terms(3)).fix(100, "sweeping the tray").says(50, "sweeping the tray");
  expect(await world.finding("fix-not-loaded")).toBeUndefined();
  world.says(300, "now sweeping the tray");
  expect(await world.finding("fix-not-loaded")).toMatchObject({
    verdict: expect.stringContaining("printed 1 more time") as string,
  });
  expect(await world.says(200, "guard up").finding("fix-not-loaded")).toBeUndefined();
});

describe("a commit that is asked about", () => {
  const asked = async (world: World, change: Partial<AskedChange>): Promise<Finding | undefined> => {
    const changes = [{ at: Date.parse(world.stamp(2 * TERM_S)), ...change }];
    const { findings } = await diagnose(world.sources(), { mappings: [mapping], changes });
    return findings.find(({ ruleId }) => ruleId === "fix-not-loaded");
  };
  const abandoned = (): World => history(terms(4, { releases: false }));

  test("fix-not-loaded: whoever polls was started before it, and not since", async () => {
    expect(await asked(abandoned(), { isCommit: true })).toMatchObject({
      confidence: "low",
      verdict: expect.stringMatching(/started 2026-04-02T09:00:00\.000Z, and polled \d+ more times/u) as string,
    });
    expect(await asked(abandoned().says(3 * TERM_S, "guard up"), { isCommit: true })).toBeUndefined();
    // A time alone may be that of a restart.
    expect(await asked(abandoned(), {})).toBeUndefined();
  });

  test("fix-not-loaded: a text that no file has any more is still printed", async () => {
    const world = (): World => abandoned().says(3 * TERM_S, "now sweeping the tray again");
    const change = { isCommit: true as const, removed: ["emptying the bin", "sweeping the tray"] };
    expect(await asked(world(), change)).toMatchObject({
      confidence: "high",
      verdict: expect.stringContaining("printed 1 more time") as string,
    });
  });
});
