import { expect, test } from "vitest";
import { history, holderOf, terms, TERM_S, World } from "../world.ts";

test("configuration-split sees a changed duration, and a reader that counts with another", async () => {
  expect(await history(terms(3, { releases: false })).finding("configuration-split")).toBeUndefined();
  const tampered = history(terms(3)).state(2 * TERM_S + 8, holderOf(2), 3, 2 * TERM_S + 3, 15_000);
  expect(await tampered.finding("configuration-split")).toMatchObject({
    verdict: expect.stringContaining("from 60 s to 15 s") as string,
  });
  const split = history(terms(0));
  for (const index of [0, 1, 2]) {
    const at = index * TERM_S;
    split.says(at, `duty taken by ${holderOf(index)} term ${index + 1}`).state(at, holderOf(index), index + 1);
    split.says(at + 100, `duty of ${holderOf(index)} term ${index + 1} is over since 70 s`);
  }
  expect(await split.finding("configuration-split")).toMatchObject({
    verdict: expect.stringMatching(/state says 60 s, and who judges it counts with 30 s/u) as string,
  });
});

test("configuration-split takes a duration that was changed once, with nothing lost, for a change and no cause", async () => {
  const changed = (): World => {
    const world = new World().says(0, "duty taken by ada term 1");
    for (let at = 0; at < 400; at += 20) world.state(at, "ada", 1, at, at < 200 ? 60_000 : 90_000);
    return world;
  };
  expect(await changed().finding("configuration-split")).toMatchObject({ part: "symptom" });
  expect(await changed().says(220, "duty lost by ada").finding("configuration-split")).toMatchObject({ part: "cause" });
  const back = changed().state(401, "ada", 1, 401, 60_000);
  expect(await back.finding("configuration-split")).toMatchObject({ part: "cause" });
});
