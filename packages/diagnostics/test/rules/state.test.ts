import { describe, expect, test } from "vitest";
import { history, holderOf, terms, TERM_S } from "../world.ts";

describe("what the state itself shows", () => {
  test("epoch-regression shows who reset it, and is silent while epochs rise", async () => {
    const world = history(terms(3));
    expect(await world.finding("epoch-regression")).toBeUndefined();
    world.state(3 * TERM_S - 5, null, 0).says(3 * TERM_S, "duty taken by stranger term 1");
    const finding = await world.finding("epoch-regression");
    expect(finding?.verdict).toMatch(/from 3 to 1 .*emptied or deleted/u);
    expect(finding?.evidence.map(({ file }) => file)).toEqual(["guard.log", "duty.jsonl", "guard.log"]);
  });

  test("forged-lease sees a holder in the state that never acquired", async () => {
    expect(await history(terms(3)).finding("forged-lease")).toBeUndefined();
    expect(await history(terms(3)).state(150, "intruder", 2).finding("forged-lease")).toMatchObject({ part: "cause" });
  });

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
});
