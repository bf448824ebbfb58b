import { expect, test } from "vitest";
import { Harbour } from "../harbour.ts";

/** A pilot whose crew says something every few seconds, until it does not. */
function pilot(harbour: Harbour, boat: string, from: number, worksS: number, holdsS: number): Harbour {
  harbour.leads(boat, "boat-0", Number(boat.slice(5)), from, from + holdsS);
  for (let at = from + 2; at < from + worksS; at += 7)
    harbour.line(
      "deck.ndjson",
      at,
      JSON.stringify({ ts: harbour.stamp(at), session: `crew of ${boat}`, msg: "hauled a rope" }),
    );
  harbour.looks(boat, Number(boat.slice(5)), from + holdsS, from + holdsS + 5);
  return harbour;
}

async function wedged(harbour: Harbour) {
  return (await harbour.diagnosed()).findings.find(({ ruleId }) => ruleId === "holder-wedged");
}

test("holder-wedged: its work falls silent and its renewals go on", async () => {
  const twice = pilot(pilot(new Harbour(), "boat-1", 0, 1_200, 4_000), "boat-2", 4_200, 900, 3_000);
  expect(await wedged(twice)).toMatchObject({
    part: "cause",
    confidence: "medium",
    evidence: expect.arrayContaining([
      expect.objectContaining({ file: "deck.ndjson", text: expect.stringMatching(/hauled a rope/u) as string }),
    ]) as unknown,
    counterEvidence: ["a holder that has nothing to do is silent too"],
  });
  expect(await wedged(pilot(new Harbour(), "boat-1", 0, 1_200, 4_000))).toMatchObject({ confidence: "low" });
});

test("holder-wedged: who works to the end, and who released, did not hang", async () => {
  expect(await wedged(pilot(new Harbour(), "boat-1", 0, 4_000, 4_000))).toBeUndefined();
  const released = pilot(new Harbour(), "boat-1", 0, 1_200, 4_000).log(
    "boats.log",
    3_999,
    "[boat-1] Released the pilot lease",
  );
  expect(await wedged(released)).toBeUndefined();
});

test("holder-wedged: who says little, or works now and then, says nothing by being silent", async () => {
  const quiet = new Harbour().leads("boat-1", "boat-0", 1, 0, 8_000);
  for (let index = 0; index < 40; index++)
    quiet.line(
      "deck.ndjson",
      1 + index / 50,
      JSON.stringify({ ts: quiet.stamp(1 + index / 50), session: "crew", msg: "set sail" }),
    );
  quiet.looks("boat-1", 1, 8_000, 8_005);
  expect(await wedged(quiet)).toBeUndefined();
  const byTides = pilot(new Harbour(), "boat-1", 0, 1_000, 6_000);
  for (let at = 1_800; at < 2_400; at += 7)
    byTides.line(
      "deck.ndjson",
      at,
      JSON.stringify({ ts: byTides.stamp(at), session: "crew of boat-1", msg: "hauled a rope" }),
    );
  expect(await wedged(byTides)).toBeUndefined();
});

test("holder-wedged: where another part of it works on, it does not hang", async () => {
  const harbour = pilot(new Harbour(), "boat-1", 0, 1_200, 4_000);
  for (let at = 4; at < 4_000; at += 50)
    harbour.line("deck.ndjson", at, JSON.stringify({ ts: harbour.stamp(at), session: "cook", msg: "stirred" }));
  expect(await wedged(harbour)).toBeUndefined();
});
