import { describe, expect, test } from "vitest";
import { MemoryFenceStorage, SeenEpochs } from "../src/index.ts";

const seenBy = (storage?: MemoryFenceStorage): SeenEpochs =>
  new SeenEpochs({ storeId: "store", storage, engine: "the engine" });
const shows = (seen: SeenEpochs, name: string, epochFloor: number): Promise<unknown> =>
  seen.believe(name, () => Promise.resolve({ epochFloor }), repair);
const repair = (known: number): string => `raise it to ${known}`;

test("what shows less than was seen is not believed, and the way out is named; leases are kept apart", async () => {
  const seen = seenBy();
  await shows(seen, "a", 7);
  await shows(seen, "b", 1);
  await shows(seen, "a", 7);
  await expect(shows(seen, "a", 6)).rejects.toMatchObject({
    code: "EEPOCHREGRESSION",
    message: expect.stringMatching(/the engine shows epoch 6 .* epoch 7 was seen here.*raise it to 7/u) as string,
    facts: { name: "a", epoch: 7 },
  });
});

test("what one process saw, the next one knows, where there is a place for it", async () => {
  const storage = new MemoryFenceStorage();
  await seenBy(storage).note("a", 7);
  await expect(shows(seenBy(storage), "a", 6)).rejects.toThrow("epoch 7");
  await shows(seenBy(), "a", 6);
});

describe("an answer below what was learned while it was on its way", () => {
  const answering = (...floors: readonly number[]) => {
    const left = [...floors];
    return async (learned: () => Promise<unknown>): Promise<{ epochFloor: number }> => {
      await learned();
      return { epochFloor: left.shift() ?? NaN };
    };
  };

  test("may be old: it is asked for again", async () => {
    const seen = seenBy();
    const answer = answering(7, 8);
    await shows(seen, "a", 7);
    await expect(seen.believe("a", () => answer(() => seen.note("a", 8)), repair)).resolves.toEqual({ epochFloor: 8 });
  });

  test.each(["this process", "another one of this machine"])(
    "may be that of a server put back meanwhile: not believed, where %s learned it",
    async (who) => {
      const storage = new MemoryFenceStorage();
      const seen = seenBy(storage);
      const learner = who === "this process" ? seen : seenBy(storage);
      const answer = answering(0, 0);
      const asked = seen.believe("a", () => answer(() => learner.note("a", 1)), repair);
      await expect(asked).rejects.toMatchObject({ code: "EEPOCHREGRESSION", facts: { epoch: 1 } });
    },
  );
});
