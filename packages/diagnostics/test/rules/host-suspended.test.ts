import { expect, test } from "vitest";
import { history, terms, TERM_S, type World } from "../world.ts";

test("host-suspended believes the kernel", async () => {
  expect(await history(terms(2)).says(50, "PM: suspend entry (deep)").finding("host-suspended")).toMatchObject({
    confidence: "high",
  });
});

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
