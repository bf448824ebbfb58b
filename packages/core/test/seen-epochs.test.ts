import { expect, test } from "vitest";
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

test("an answer that was asked for before more was learned, and comes after it, is old and no regression", async () => {
  const seen = seenBy();
  await shows(seen, "a", 7);
  await expect(seen.believe("a", () => seen.note("a", 8).then(() => ({ epochFloor: 7 })), repair)).resolves.toEqual({
    epochFloor: 7,
  });
  await expect(shows(seen, "a", 7)).rejects.toThrow("epoch 8");
});
