import { expect, test } from "vitest";
import { history, terms, TERM_S, World } from "../world.ts";

test("host-suspended believes the kernel, where a loss follows", async () => {
  const told = (): World => history(terms(2)).says(50, "PM: suspend entry (deep)");
  expect(await told().finding("host-suspended")).toBeUndefined();
  expect(await told().says(70, "duty lost by printer-0").finding("host-suspended")).toMatchObject({
    confidence: "high",
    evidence: [{ text: expect.stringContaining("PM: suspend entry") as string }, {}],
  });
});

test("host-suspended believes the kernel that a machine slept for hours before its holder could say so", async () => {
  const end = 2 * TERM_S;
  const slept = history(terms(2))
    .says(end, "duty taken by third term 3")
    .says(end + 20, "duty kept by third term 3")
    .says(end + 30, "PM: suspend entry (deep)")
    .says(end + 30_000, "duty lost by third");
  expect(await slept.finding("host-suspended")).toMatchObject({ confidence: "high" });
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

test("host-suspended takes no two lines that a lossy log lost together for sleep", async () => {
  const polled = (lost: readonly number[]): World => {
    const world = new World().says(0, "guard up").says(0, "guard looks every 20 s").says(1, "duty taken by ada term 1");
    for (let poll = 1; poll < 80; poll++) {
      if (poll % 3 === 0) world.says(20 * poll, "duty kept by ada term 1");
      if (!lost.includes(poll)) world.says(20 * poll + 5, "duty of ada term 1 lasts 100 s");
    }
    return world;
  };
  expect(await polled([10, 20, 40, 41]).finding("host-suspended")).toBeUndefined();
});
