import { expect, test } from "vitest";
import { history, terms } from "../world.ts";

test("fix-not-loaded goes when the guard was restarted, or when the text was not printed again", async () => {
  const world = history(terms(3)).fix(100, "sweeping the tray").says(50, "sweeping the tray");
  expect(await world.finding("fix-not-loaded")).toBeUndefined();
  world.says(300, "now sweeping the tray");
  expect(await world.finding("fix-not-loaded")).toMatchObject({
    verdict: expect.stringContaining("printed 1 more times") as string,
  });
  expect(await world.says(200, "guard up").finding("fix-not-loaded")).toBeUndefined();
});
