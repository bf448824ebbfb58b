import { expect, test } from "vitest";
import { history, holderOf, terms, TERM_S } from "../world.ts";

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
